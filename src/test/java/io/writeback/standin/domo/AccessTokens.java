package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues and checks access tokens: JSON web tokens with {@code exp}, as pydomo reads them. Safe for
 * use by many threads.
 */
final class AccessTokens {
  /** What is known of a token that a caller shows. */
  enum State {
    VALID,
    EXPIRED,
    UNKNOWN
  }

  private record Issued(Instant expires, List<String> scopes) {}

  private static final int KEPT = 1000;

  private final Settings settings;
  private final VirtualClock clock;
  private final SecretKeySpec key =
      new SecretKeySpec(UUID.randomUUID().toString().getBytes(UTF_8), "HmacSHA256");
  private final Map<String, Issued> issued =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Issued> eldest) {
          return size() > KEPT;
        }
      };

  AccessTokens(Settings settings, VirtualClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** The answer of the token endpoint (developer portal, API-Authentication). */
  synchronized ObjectNode issue(List<String> scopes) {
    Instant now = clock.now();
    // exp counts whole seconds, so a token lives up to a second less than its time to live.
    Instant expires = Instant.ofEpochSecond(now.plus(settings.tokenTtl()).getEpochSecond());
    String jti = UUID.randomUUID().toString();
    ObjectNode claims = Json.object().put("exp", expires.getEpochSecond()).put("jti", jti);
    scopes.forEach(claims.putArray("scope")::add);
    claims
        .put("client_id", settings.clientId())
        .put("domain", settings.customer() + ".domo.com")
        .put("userId", 88);
    String content =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims.toString());
    String token = content + "." + signature(content);
    issued.put(token, new Issued(expires, scopes));
    return Json.object()
        .put("access_token", token)
        .put("customer", settings.customer())
        .put("expires_in", settings.tokenTtl().toSeconds())
        .put("jti", jti)
        .put("role", "Admin")
        .put("scope", String.join(" ", scopes))
        .put("token_type", "bearer")
        .put("userId", 88);
  }

  synchronized State check(String token) {
    Issued known = issued.get(token);
    if (known == null) {
      return State.UNKNOWN;
    }
    return clock.now().isBefore(known.expires()) ? State.VALID : State.EXPIRED;
  }

  synchronized boolean allows(String token, String scope) {
    Issued known = issued.get(token);
    return known != null && known.scopes().contains(scope);
  }

  /** Lets every token expire now. */
  synchronized void expireAll() {
    issued.replaceAll((token, known) -> new Issued(Instant.EPOCH, known.scopes()));
  }

  private String signature(String content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(content.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }
}
