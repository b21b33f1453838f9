package io.writeback.standin.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/** Checks a value of a SUPER column (Developer Guide, "SUPER type" and "Limitations"). */
final class SuperField {
  private static final int MAX_STRING_BYTES = 65_535;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SuperField() {}

  static String check(String text) {
    JsonNode tree;
    try {
      tree = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw RowRejected.field(1224, "Invalid value for SUPER: not a JSON document");
    }
    if (longest(tree) > MAX_STRING_BYTES) {
      throw RowRejected.field(1224, "String value exceeds the max size of 65535 bytes");
    }
    return text;
  }

  private static int longest(JsonNode node) {
    int longest = node.isTextual() ? node.textValue().getBytes(StandardCharsets.UTF_8).length : 0;
    for (JsonNode child : node) {
      longest = Math.max(longest, longest(child));
    }
    return longest;
  }
}
