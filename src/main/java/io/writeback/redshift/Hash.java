package io.writeback.redshift;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stable short names for long ones. */
final class Hash {
  private Hash() {}

  /** 16 hex digits of SHA-256 over the parts, each ended by a NUL. */
  static String of(String... parts) {
    return sha256((String.join("\0", parts) + "\0").getBytes(StandardCharsets.UTF_8))
        .substring(0, 16);
  }

  /** SHA-256 in hex. */
  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(newSha256().digest(bytes));
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
