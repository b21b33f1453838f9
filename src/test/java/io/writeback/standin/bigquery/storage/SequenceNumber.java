package io.writeback.standin.bigquery.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code _CHANGE_SEQUENCE_NUMBER}: one to four sections of up to 16 hexadecimal digits, separated
 * by slashes and compared one by one as unsigned numbers (documentation page "Stream table updates
 * with change data capture").
 */
final class SequenceNumber {
  private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f]{1,16}(/[0-9A-Fa-f]{1,16}){0,3}");

  private SequenceNumber() {}

  static List<Long> parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new CellDecoder.Refused("Invalid " + RowDecoder.CHANGE_SEQUENCE_NUMBER);
    }
    List<Long> sections = new ArrayList<>();
    for (String section : text.split("/", -1)) {
      sections.add(Long.parseUnsignedLong(section, 16));
    }
    return sections;
  }

  /** Whether a change with number {@code a} loses against one that came with {@code b}. */
  static boolean isOlder(List<Long> a, List<Long> b) {
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      long left = i < a.size() ? a.get(i) : 0;
      long right = i < b.size() ? b.get(i) : 0;
      int order = Long.compareUnsigned(left, right);
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }
}
