package io.writeback.domo;

import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * One field of a cron expression: {@code *}, numbers or names, ranges, steps, and lists of those.
 */
final class CronField {
  private final BitSet values;
  private final boolean any;

  private CronField(BitSet values, boolean any) {
    this.values = values;
    this.any = any;
  }

  /**
   * Reads a field.
   *
   * @param what its name, for messages
   * @param names of the numbers from 1 on, in upper case; may be empty
   */
  static CronField parse(String what, String text, int min, int max, List<String> names) {
    BitSet values = new BitSet();
    for (String part : text.split(",", -1)) {
      int slash = part.indexOf('/');
      String range = slash < 0 ? part : part.substring(0, slash);
      int step = slash < 0 ? 1 : number(what, part.substring(slash + 1), List.of());
      int dash = range.indexOf('-');
      int from;
      int to;
      if (range.equals("*")) {
        from = min;
        to = max;
      } else if (dash > 0) {
        from = number(what, range.substring(0, dash), names);
        to = number(what, range.substring(dash + 1), names);
      } else {
        from = number(what, range, names);
        to = slash < 0 ? from : max;
      }
      if (from < min || to > max || from > to || step < 1) {
        throw new IllegalArgumentException(
            what + " \"" + part + "\": expected values from " + min + " to " + max);
      }
      for (int value = from; value <= to; value += step) {
        values.set(value);
      }
    }
    return new CronField(values, text.startsWith("*"));
  }

  boolean has(int value) {
    return values.get(value);
  }

  /** Whether it begins with a star, with or without a step, which cron takes as no restriction. */
  boolean isAny() {
    return any;
  }

  private static int number(String what, String text, List<String> names) {
    int named = names.indexOf(text.toUpperCase(Locale.ROOT));
    if (named >= 0) {
      return named + 1;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          what + ": \"" + text + "\" is no number" + (names.isEmpty() ? "" : " or name"), e);
    }
  }
}
