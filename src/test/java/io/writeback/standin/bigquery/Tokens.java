package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Access tokens against signed assertions (documentation page "Using OAuth 2.0 for Server to Server
 * Applications"). A self-signed JWT is taken as a bearer token too, as the service does.
 */
final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SKEW_SECONDS = 300;

  private final Clock clock;
  private final Duration life;
  private final Map<String, ServiceAccount> accounts = new ConcurrentHashMap<>();
  private final Map<String, Issued> issued = new ConcurrentHashMap<>();
  private final Map<String, OAuthClient> clients = new ConcurrentHashMap<>();
  private final Map<String, String> federated = new ConcurrentHashMap<>();

  private record Issued(String email, long expires) {}

  Tokens(Clock clock, Duration life) {
    this.clock = clock;
    this.life = life;
  }

  ServiceAccount account(String email) {
    return accounts.computeIfAbsent(email, ServiceAccount::create);
  }

  /** Answers a token request: the body of the answer. */
  ObjectNode grant(Map<String, String> form) {
    String type = form.getOrDefault("grant_type", "");
    if (type.equals("refresh_token")) {
      return answer(refreshed(form));
    }
    if (type.equals("urn:ietf:params:oauth:grant-type:token-exchange")) {
      return answer(exchanged(form))
          .put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token");
    }
    if (!type.equals("urn:ietf:params:oauth:grant-type:jwt-bearer")) {
      throw new ApiException(400, "unsupported_grant_type", "Invalid grant_type: " + type);
    }
    JsonNode claims =
        verify(form.getOrDefault("assertion", ""))
            .orElseThrow(() -> new ApiException(400, "invalid_grant", "Invalid JWT Signature."));
    if (!claims.path("aud").asText().endsWith("/token")) {
      throw new ApiException(400, "invalid_grant", "Invalid JWT: wrong audience");
    }
    if (claims.path("scope").asText("").isEmpty()) {
      throw new ApiException(400, "invalid_scope", "Empty or missing scope not allowed.");
    }
    return answer(claims.path("iss").asText());
  }

  private ObjectNode answer(String email) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("access_token", issue(email))
        .put("expires_in", life.toSeconds())
        .put("token_type", "Bearer");
  }

  private String issue(String email) {
    String token = "ya29.standin." + UUID.randomUUID();
    issued.put(token, new Issued(email, clock.millis() + life.toMillis()));
    return token;
  }

  /** A client that a user has authorized; the refresh token is what the user gave. */
  record OAuthClient(String id, String secret, String refreshToken, String email) {}

  OAuthClient authorize(String email) {
    OAuthClient client =
        new OAuthClient(
            "client-" + email, UUID.randomUUID().toString(), "1//" + UUID.randomUUID(), email);
    clients.put(client.refreshToken(), client);
    return client;
  }

  /** A token of another identity provider, and the principal that it stands for. */
  void federate(String subjectToken, String principal) {
    federated.put(subjectToken, principal);
  }

  /** A token of a service account for somebody who may act as it (IAM Credentials API). */
  ObjectNode impersonate(String email) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("accessToken", issue(email))
        .put("expireTime", clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private String refreshed(Map<String, String> form) {
    OAuthClient client = clients.get(form.getOrDefault("refresh_token", ""));
    if (client == null) {
      throw new ApiException(400, "invalid_grant", "Token has been expired or revoked.");
    }
    if (!client.id().equals(form.get("client_id"))
        || !client.secret().equals(form.get("client_secret"))) {
      throw new ApiException(401, "invalid_client", "The provided client secret is invalid.");
    }
    return client.email();
  }

  private String exchanged(Map<String, String> form) {
    String principal = federated.get(form.getOrDefault("subject_token", ""));
    if (principal == null
        || !form.getOrDefault("audience", "").startsWith("//iam.googleapis.com/projects/")) {
      throw new ApiException(400, "invalid_grant", "The subject token or audience is invalid.");
    }
    return principal;
  }

  private Optional<JsonNode> verify(String jwt) {
    String[] parts = jwt.split("\\.");
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      ServiceAccount account = accounts.get(claims.path("iss").asText());
      long now = clock.millis() / 1000;
      boolean inTime =
          claims.path("exp").asLong() > now - SKEW_SECONDS
              && claims.path("iat").asLong() < now + SKEW_SECONDS;
      if (account == null || !inTime || !header.path("alg").asText().equals("RS256")) {
        return Optional.empty();
      }
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(account.publicKey());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          ? Optional.of(claims)
          : Optional.empty();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whose request this is. */
  String authenticate(String authorization) {
    if (authorization != null && authorization.startsWith("Bearer ")) {
      String token = authorization.substring("Bearer ".length()).strip();
      Issued known = issued.get(token);
      if (known != null && known.expires() > clock.millis()) {
        return known.email();
      }
      Optional<JsonNode> selfSigned = known == null ? verify(token) : Optional.empty();
      if (selfSigned.isPresent()) {
        return selfSigned.get().path("iss").asText();
      }
    }
    throw new ApiException(
        401,
        "authError",
        "Authorization",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
            + " cookie or other valid authentication credential. See"
            + " https://developers.google.com/identity/sign-in/web/devconsole-project.");
  }

  /** Ends every token that was issued. */
  void expireAll() {
    issued.clear();
  }
}
