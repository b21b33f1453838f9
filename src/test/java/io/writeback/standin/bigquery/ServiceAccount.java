package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A service account with its key.
 *
 * @param email who it is
 */
record ServiceAccount(String email, String keyId, KeyPair keys) {
  /** By email: to make a key takes longer than to start everything else of a stand-in. */
  private static final Map<String, KeyPair> MADE = new ConcurrentHashMap<>();

  static ServiceAccount create(String email) {
    return new ServiceAccount(
        email,
        Integer.toHexString(email.hashCode()) + "c0ffee",
        MADE.computeIfAbsent(email, key -> newKey()));
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  PublicKey publicKey() {
    return keys.getPublic();
  }

  /** The key file, as the console hands it out. */
  String json(String project, String tokenUri) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "service_account")
        .put("project_id", project)
        .put("private_key_id", keyId)
        .put("private_key", pem)
        .put("client_email", email)
        .put("client_id", "1" + Math.abs((long) email.hashCode()))
        .put("auth_uri", "https://accounts.google.com/o/oauth2/auth")
        .put("token_uri", tokenUri)
        .put("universe_domain", "googleapis.com")
        .toPrettyString();
  }
}
