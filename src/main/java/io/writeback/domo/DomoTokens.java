package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpGet;

/**
 * The access token of the client credentials grant (Domo, "API Authentication"). It lives an hour,
 * and is replaced before it ends, because an export that starts with a dying token fails as a 406.
 */
final class DomoTokens {
  private static final String PATH = "/oauth/token?grant_type=client_credentials";
  private static final String NEEDED = "data";
  private static final long DEFAULT_LIFE_S = 3599;

  private final HttpCalls calls;
  private final DomoFaults faults;
  private final Secrets secrets;
  private final InstantSource clock;
  private Token current;

  DomoTokens(HttpCalls calls, DomoFaults faults, Secrets secrets, InstantSource clock) {
    this.calls = calls;
    this.faults = faults;
    this.secrets = secrets;
    this.clock = clock;
    secrets.add(calls.settings().clientSecret().value());
  }

  /** A token that lives on for a while. */
  synchronized Token token() {
    if (current == null || clock.millis() >= current.renewAtMs()) {
      Token next = fetch();
      secrets.add(next.text());
      forget();
      current = next;
    }
    return current;
  }

  /** Says that Domo did not take this token. */
  synchronized void refused(Token token) {
    if (current == token) {
      forget();
    }
  }

  private void forget() {
    if (current != null) {
      secrets.forget(current.text());
      current = null;
    }
  }

  private Token fetch() {
    HttpSettings settings = calls.settings();
    String scopes = String.join("%20", settings.scopes());
    HttpGet request = new HttpGet(scopes.isEmpty() ? PATH : PATH + "&scope=" + scopes);
    String text = settings.clientId() + ":" + settings.clientSecret().value();
    String login = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    secrets.add(login);
    request.setHeader("Authorization", "Basic " + login);
    request.setHeader("Accept", "application/json");
    String call = "GET /oauth/token";
    try (HttpExchange exchange = calls.send(call, request, settings.timeouts().requestMs())) {
      String body = exchange.text();
      if (exchange.status() != 200) {
        throw faults.token(
            exchange.status(),
            exchange.header("Content-Type"),
            exchange.header("Retry-After"),
            body);
      }
      return read(DomoJson.tree(body));
    } catch (IOException e) {
      throw faults.unreadable(call, e);
    }
  }

  private Token read(JsonNode json) throws IOException {
    String text = json.path("access_token").asText("");
    if (text.isEmpty()) {
      throw new IOException("no access_token in the answer");
    }
    String granted = json.path("scope").asText("");
    if (!granted.isEmpty() && !List.of(granted.split(" ", -1)).contains(NEEDED)) {
      throw faults.lacksScope();
    }
    long lifeMs = json.path("expires_in").asLong(DEFAULT_LIFE_S) * 1000;
    String identity =
        json.path("userId").asText("unknown") + "@" + json.path("customer").asText("unknown");
    return new Token(text, clock.millis() + lifeMs - Math.min(lifeMs / 5, 300_000), identity);
  }

  /** A token: no record, which would print its text. */
  static final class Token {
    private final String text;
    private final long renewAtMs;
    private final String identity;

    Token(String text, long renewAtMs, String identity) {
      this.text = text;
      this.renewAtMs = renewAtMs;
      this.identity = identity;
    }

    String text() {
      return text;
    }

    /** From when on a new one is fetched first. */
    long renewAtMs() {
      return renewAtMs;
    }

    /** User and customer as whom it reads. */
    String identity() {
      return identity;
    }
  }
}
