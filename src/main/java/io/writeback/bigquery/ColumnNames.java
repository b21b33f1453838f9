package io.writeback.bigquery;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Column names that BigQuery takes. Plain ones have letters, digits and underscores and do not
 * start with a digit; flexible ones have letters and digits of any script and some signs. All have
 * at most 300 characters and none of the reserved prefixes (docs: Specify a schema, "Column names"
 * and "Flexible column names").
 */
final class ColumnNames {
  private static final int MAX_LENGTH = 300;
  private static final int CHECKSUM = 8;
  private static final Pattern NOT_FLEXIBLE =
      Pattern.compile("[^\\p{L}\\p{N}\\p{Pc}\\p{Pd}\\p{M}&%=+:'<>#| ]");

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

  /** With an underscore for every character that is not plain. */
  static String underscored(String field) {
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
    return within(unreserved(name.toString()), MAX_LENGTH);
  }

  /** With an underscore for every character that no column's name may have. */
  static String flexible(String field) {
    String name = NOT_FLEXIBLE.matcher(field).replaceAll("_");
    return within(unreserved(name.isEmpty() ? "_" : name), MAX_LENGTH);
  }

  /** Ends in a checksum of the original if it is another name. */
  static String distinct(String field, String name) {
    return name.equals(field)
        ? name
        : within(name, MAX_LENGTH - CHECKSUM - 1)
            + "_"
            + ChainIds.hash(field).substring(0, CHECKSUM);
  }

  private static String unreserved(String name) {
    String lower = folded(name);
    return RESERVED.stream().anyMatch(lower::startsWith) ? "f" + name : name;
  }

  /** Not in the midst of a character that takes two places. */
  private static String within(String name, int length) {
    if (name.length() <= length) {
      return name;
    }
    boolean split = Character.isHighSurrogate(name.charAt(length - 1));
    return name.substring(0, split ? length - 1 : length);
  }

  /** By this names are compared: BigQuery knows no case in them. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether a name can be a column as it is. */
  static boolean isColumn(String name) {
    return flexible(name).equals(name);
  }

  /** Whether a name can be a column as it is, and needs nothing special anywhere. */
  static boolean isPlain(String name) {
    return underscored(name).equals(name);
  }
}
