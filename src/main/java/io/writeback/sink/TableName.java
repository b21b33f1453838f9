package io.writeback.sink;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/** Makes a table name that both warehouses take out of any text. Pure. */
final class TableName {
  /** Redshift's limit for identifiers, in bytes; room is left for suffixes of staging tables. */
  static final int MAX_LENGTH = 96;

  private TableName() {}

  /**
   * Letters, digits and underscores only, not starting with a digit. A long name is cut and ends in
   * a checksum of the whole, so that two long names stay apart.
   */
  static String sanitise(String raw) {
    StringBuilder name = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      name.append(allowed(c) ? c : '_');
    }
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      name.insert(0, '_');
    }
    if (name.length() > MAX_LENGTH) {
      return suffixed(name, raw);
    }
    return name.toString();
  }

  /**
   * As above, and different for all names that differ, also in a warehouse that folds case: one
   * that had to be changed, or would be folded, ends in a checksum of what it was.
   */
  static String distinct(String raw) {
    String name = sanitise(raw);
    boolean unchanged = name.equals(raw) && name.equals(name.toLowerCase(Locale.ROOT));
    return unchanged ? name : suffixed(new StringBuilder(name), raw);
  }

  private static String suffixed(StringBuilder name, String raw) {
    CRC32 sum = new CRC32();
    sum.update(raw.getBytes(StandardCharsets.UTF_8));
    String suffix = String.format(Locale.ROOT, "_%08x", sum.getValue());
    name.setLength(Math.min(name.length(), MAX_LENGTH - suffix.length()));
    return name.append(suffix).toString();
  }

  private static boolean allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
