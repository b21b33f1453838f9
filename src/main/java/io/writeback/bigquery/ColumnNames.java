package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Column names that BigQuery takes: letters, digits and underscores, not starting with a digit, at
 * most 300 characters, none of the reserved prefixes (docs: Specify a schema, "Column names").
 */
final class ColumnNames {
  private static final int MAX_LENGTH = 300;

  private static final List<String> RESERVED =
      List.of(
          "_table_",
          "_file_",
          "_partition",
          "_row_timestamp",
          "__root__",
          "_colidentifier",
          "_change_sequence_number",
          "_change_type",
          "_change_timestamp");

  private ColumnNames() {}

  /** The column for a field. The same field always gets the same column. */
  static String sanitise(String field) {
    StringBuilder name = new StringBuilder(field.length() + 1);
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      name.append(plain ? c : '_');
    }
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      name.insert(0, '_');
    }
    String lower = name.toString().toLowerCase(Locale.ROOT);
    if (RESERVED.stream().anyMatch(lower::startsWith)) {
      name.insert(0, "f");
    }
    if (name.length() > MAX_LENGTH) {
      name.setLength(MAX_LENGTH);
    }
    return name.toString();
  }

  /** By this names are compared: BigQuery knows no case in them. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether a name can be a column as it is. */
  static boolean isColumn(String name) {
    return name.length() <= MAX_LENGTH && sanitise(name).equals(name);
  }

  /**
   * The columns for the fields of one struct, in their order.
   *
   * @throws BadRowException if two fields would share a column; names are compared without case
   */
  static List<String> sanitiseAll(List<String> fields) {
    Map<String, String> taken = new HashMap<>();
    for (String field : fields) {
      String other = taken.putIfAbsent(folded(sanitise(field)), field);
      if (other != null) {
        throw new BadRowException(
            "fields "
                + other
                + " and "
                + field
                + " would both be column "
                + sanitise(field)
                + ": rename one with a transform");
      }
    }
    return fields.stream().map(ColumnNames::sanitise).toList();
  }
}
