package io.writeback.redshift.ssh;

import java.nio.charset.StandardCharsets;

/** The head of a key in OpenSSH's form (openssh-portable, PROTOCOL.key). */
final class OpenSshKey {
  private static final String MAGIC = "openssh-key-v1\0";

  private OpenSshKey() {}

  /** Whether its cipher is {@code none}. */
  static boolean isPlain(byte[] body) {
    int end = MAGIC.length() + 8;
    if (body.length < end) {
      return true;
    }
    String head = new String(body, 0, end, StandardCharsets.ISO_8859_1);
    return head.startsWith(MAGIC) && head.endsWith("none");
  }
}
