package io.writeback.redshift;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Names as Redshift keeps them. It folds even quoted names to lower case and cuts them silently at
 * 127 bytes, so both are done here, where a collision is seen: names that would become one get a
 * suffix made of the original name, which is the same on every task and in every order.
 */
final class ColumnNames {
  /** Developer Guide, "Names and identifiers". */
  static final int MAX_BYTES = 127;

  private static final int SUFFIX = 9;

  private ColumnNames() {}

  /** The column name of each field, in the same order, all different. */
  static List<String> of(List<String> fields) {
    Map<String, Integer> seen = new HashMap<>();
    for (String field : fields) {
      seen.merge(fold(field), 1, Integer::sum);
    }
    List<String> names = new ArrayList<>(fields.size());
    for (String field : fields) {
      String name = fold(field);
      boolean plain = name.equals(field) || seen.get(name) == 1;
      names.add(plain ? name : suffixed(name, field));
    }
    return names;
  }

  /** One name alone: lower case, at most 127 bytes. */
  static String fold(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return bytes(lower) <= MAX_BYTES ? lower : suffixed(lower, name);
  }

  private static String suffixed(String name, String original) {
    String head = name;
    while (bytes(head) > MAX_BYTES - SUFFIX) {
      head = head.substring(0, head.offsetByCodePoints(head.length(), -1));
    }
    return head + "_" + Hash.of(original).substring(0, SUFFIX - 1);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
