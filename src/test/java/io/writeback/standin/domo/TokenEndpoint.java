package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /oauth/token}: client credentials by HTTP Basic, parameters in the query or as a form
 * (developer portal, API-Authentication; pydomo uses the query, domo-java-sdk a form).
 */
final class TokenEndpoint {
  private final Settings settings;
  private final AccessTokens tokens;

  TokenEndpoint(Settings settings, AccessTokens tokens) {
    this.settings = settings;
    this.tokens = tokens;
  }

  void serve(Exchange exchange) throws IOException {
    if (!isClient(exchange.header("Authorization"))) {
      exchange.answer(
          401,
          Map.of("Content-Type", "application/json", "WWW-Authenticate", "Basic realm=\"domo\""),
          DomoError.json(401, "Bad credentials"));
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>(exchange.request().query());
    form(exchange.request().body(), parameters);
    String grant = parameters.get("grant_type");
    if (!"client_credentials".equals(grant)) {
      oauthError(
          exchange,
          grant == null ? "invalid_request" : "unsupported_grant_type",
          grant == null ? "Missing grant type" : "Unsupported grant type: " + grant);
      return;
    }
    List<String> scopes = new ArrayList<>();
    for (String scope : parameters.getOrDefault("scope", "").split("[ +]", -1)) {
      if (!scope.isEmpty()) {
        scopes.add(scope);
      }
    }
    if (scopes.isEmpty()) {
      scopes.addAll(settings.scopes());
      scopes.sort(null);
    }
    if (!settings.scopes().containsAll(scopes)) {
      oauthError(exchange, "invalid_scope", "Invalid scope: " + String.join(" ", scopes));
      return;
    }
    exchange.json(tokens.issue(scopes));
  }

  private static void oauthError(Exchange exchange, String error, String description)
      throws IOException {
    exchange.answer(
        400,
        Map.of("Content-Type", "application/json"),
        Json.object().put("error", error).put("error_description", description).toString());
  }

  private boolean isClient(String authorization) {
    if (!authorization.startsWith("Basic ")) {
      return false;
    }
    try {
      String given = new String(Base64.getDecoder().decode(authorization.substring(6)), UTF_8);
      return given.equals(settings.clientId() + ":" + settings.clientSecret());
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static void form(String body, Map<String, String> into) {
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        into.put(
            URLDecoder.decode(pair.substring(0, equals), UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
    }
  }
}
