package io.writeback.standin.domo;

import io.writeback.standin.domo.AccessTokens.State;
import java.io.IOException;
import java.util.Map;

/** Lets in who shows the right token. */
final class Gate {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  private final Settings settings;
  private final AccessTokens tokens;

  Gate(Settings settings, AccessTokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  /** Answers a request that may not pass; true if it may. */
  boolean passes(Exchange exchange) throws IOException {
    return switch (exchange.request().route().access()) {
      case OPEN -> true;
      case DEVELOPER -> developer(exchange);
      case OAUTH -> oauth(exchange);
    };
  }

  /** A missing and a wrong developer token are both a bare 403 (developer portal, errors). */
  private boolean developer(Exchange exchange) throws IOException {
    if (exchange.header("X-DOMO-Developer-Token").equals(settings.developerToken())) {
      return true;
    }
    exchange.answer(403, JSON, DomoError.bareForbidden());
    return false;
  }

  private boolean oauth(Exchange exchange) throws IOException {
    String authorization = exchange.header("Authorization");
    if (!authorization.regionMatches(true, 0, "bearer ", 0, 7)) {
      exchange.answer(403, JSON, DomoError.bareForbidden());
      return false;
    }
    String token = authorization.substring(7).trim();
    State state = tokens.check(token);
    if (state != State.VALID) {
      refuse(exchange, state, token);
      return false;
    }
    if (!tokens.allows(token, "data")) {
      exchange.answer(403, JSON, DomoError.json(403, "The client lacks the scope data"));
      return false;
    }
    return true;
  }

  /** A CSV call with an expired token has been answered with a 406 page (domo-java-sdk#10, #11). */
  private void refuse(Exchange exchange, State state, String token) throws IOException {
    if (state == State.EXPIRED
        && settings.expiredCsvIs406()
        && exchange.request().route().isCsv()) {
      exchange.answer(
          406,
          Map.of("Content-Type", "text/html;charset=utf-8"),
          DomoError.page(406, "Not Acceptable"));
      return;
    }
    String description =
        state == State.EXPIRED ? "Access token expired" : "Cannot convert access token to JSON";
    exchange.answer(
        401,
        Map.of(
            "Content-Type",
            "application/json",
            "WWW-Authenticate",
            "Bearer error=\"invalid_token\", error_description=\"" + description + "\""),
        Json.object()
            .put("error", "invalid_token")
            .put(
                "error_description",
                description + ": " + token.substring(0, Math.min(8, token.length())))
            .toString());
  }
}
