package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tags of an object (S3 guide, object-tagging: at most 10, key 128 and value 256 characters). */
final class ObjectTags {
  private ObjectTags() {}

  static Map<String, String> parse(String header) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String pair : header.isEmpty() ? new String[0] : header.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      String name = URLDecoder.decode(parts[0], UTF_8);
      String value = parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "";
      if (name.isEmpty() || name.length() > 128 || value.length() > 256) {
        throw new S3Error(S3ErrorCode.INVALID_TAG);
      }
      if (tags.put(name, value) != null) {
        throw new S3Error(
            S3ErrorCode.INVALID_TAG, "Cannot provide multiple Tags with the same key");
      }
    }
    if (tags.size() > 10) {
      throw new S3Error(S3ErrorCode.INVALID_TAG, "Object tags cannot be greater than 10");
    }
    return tags;
  }
}
