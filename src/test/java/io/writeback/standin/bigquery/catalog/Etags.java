package io.writeback.standin.bigquery.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** Entity tags: equal for equal content. */
final class Etags {
  private Etags() {}

  static String of(String content) {
    UUID hash = UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder()
        .encodeToString(hash.toString().substring(0, 18).getBytes(StandardCharsets.UTF_8));
  }
}
