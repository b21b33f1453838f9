package io.writeback.domo;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Reads CSV cells straight from the parser's buffer, without a String wherever that is possible.
 * Every method throws {@link IllegalArgumentException} without the cell's text, because rows do not
 * belong into logs.
 *
 * <p>Formats: DATE {@code yyyy-MM-dd}; DATETIME {@code yyyy-MM-ddTHH:mm:ss} without a zone, which
 * is UTC (Domo knowledge base 360042934394). Numbers are read tolerantly, because Domo's own
 * examples show {@code 410} in a DOUBLE column.
 */
final class Cells {
  static final long DAY_MS = 86_400_000L;

  /** Powers of ten that a double holds exactly. */
  private static final double[] EXACT = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final int MAX_EXACT_DIGITS = 15;
  private static final int MAX_LONG_DIGITS = 18;

  private Cells() {}

  static long longValue(char[] buf, int offset, int length) {
    int i = signEnd(buf, offset, length);
    int end = offset + length;
    if (end - i > MAX_LONG_DIGITS || end == i) {
      return wideLong(buf, offset, length);
    }
    long value = 0;
    for (int k = i; k < end; k++) {
      int digit = buf[k] - '0';
      if (digit < 0 || digit > 9) {
        return wideLong(buf, offset, length);
      }
      value = value * 10 + digit;
    }
    return buf[offset] == '-' ? -value : value;
  }

  private static long wideLong(char[] buf, int offset, int length) {
    try {
      return new BigDecimal(buf, offset, length).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is no whole number of 64 bits", e);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is no number", e);
    }
  }

  /** Exact for up to 15 digits (both factors are exact doubles), otherwise Java's own parser. */
  static double doubleValue(char[] buf, int offset, int length) {
    int i = signEnd(buf, offset, length);
    int end = offset + length;
    long digits = 0;
    int count = 0;
    int fraction = -1;
    for (; i < end; i++) {
      char c = buf[i];
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + (c - '0');
        count++;
        if (count > MAX_EXACT_DIGITS) {
          return slowDouble(buf, offset, length);
        }
      } else if (c == '.' && fraction < 0) {
        fraction = count;
      } else {
        return slowDouble(buf, offset, length);
      }
    }
    if (count == 0) {
      return slowDouble(buf, offset, length);
    }
    double value = fraction < 0 ? digits : digits / EXACT[count - fraction];
    return buf[offset] == '-' ? -value : value;
  }

  private static double slowDouble(char[] buf, int offset, int length) {
    try {
      return Double.parseDouble(new String(buf, offset, length));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is no number", e);
    }
  }

  /** The number with exactly that many decimals; more of them are refused, never rounded. */
  static BigDecimal decimalValue(char[] buf, int offset, int length, int scale) {
    int i = signEnd(buf, offset, length);
    int end = offset + length;
    long digits = 0;
    int count = 0;
    int point = -1;
    for (; i < end; i++) {
      char c = buf[i];
      if (c >= '0' && c <= '9' && count < MAX_LONG_DIGITS) {
        digits = digits * 10 + (c - '0');
        count++;
      } else if (c == '.' && point < 0) {
        point = count;
      } else {
        return slowDecimal(buf, offset, length, scale);
      }
    }
    int missing = scale - (point < 0 ? 0 : count - point);
    if (count == 0 || missing < 0 || count + missing > MAX_LONG_DIGITS) {
      return slowDecimal(buf, offset, length, scale);
    }
    for (int k = 0; k < missing; k++) {
      digits *= 10;
    }
    return BigDecimal.valueOf(buf[offset] == '-' ? -digits : digits, scale);
  }

  private static BigDecimal slowDecimal(char[] buf, int offset, int length, int scale) {
    BigDecimal value;
    try {
      value = new BigDecimal(buf, offset, length);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is no number", e);
    }
    try {
      return value.scale() == scale ? value : value.setScale(scale);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "has more than "
              + scale
              + " decimals: raise domo.decimal.scale or set domo.decimal.handling=string",
          e);
    }
  }

  /** Milliseconds since 1970 at midnight UTC. */
  static long dateMillis(char[] buf, int offset, int length) {
    if (length > 10) {
      // A DATE column that shows a time of day: only midnight is a date.
      long millis = dateTimeMillis(buf, offset, length);
      if (Math.floorMod(millis, DAY_MS) != 0) {
        throw new IllegalArgumentException("is a date with a time of day");
      }
      return millis;
    }
    return epochDay(buf, offset, length) * DAY_MS;
  }

  /** Milliseconds since 1970; digits below the millisecond are cut, Connect has none. */
  static long dateTimeMillis(char[] buf, int offset, int length) {
    if (length == 10) {
      return epochDay(buf, offset, length) * DAY_MS;
    }
    if (length < 19
        || (buf[offset + 10] != 'T' && buf[offset + 10] != ' ')
        || buf[offset + 13] != ':'
        || buf[offset + 16] != ':') {
      throw new IllegalArgumentException("is no time as in 2026-01-31T23:59:59");
    }
    int hour = number(buf, offset + 11, 2);
    int minute = number(buf, offset + 14, 2);
    int second = number(buf, offset + 17, 2);
    if (hour > 23 || minute > 59 || second > 59) {
      throw new IllegalArgumentException("is no time of day");
    }
    long day = epochDay(buf, offset, 10) * DAY_MS;
    return day
        + ((hour * 60L + minute) * 60L + second) * 1000L
        + fractionMillis(buf, offset + 19, offset + length);
  }

  private static int fractionMillis(char[] buf, int from, int end) {
    int last = end > from && buf[end - 1] == 'Z' ? end - 1 : end;
    if (from == last) {
      return 0;
    }
    if (buf[from] != '.' || last == from + 1) {
      throw new IllegalArgumentException("is no time as in 2026-01-31T23:59:59.123");
    }
    int millis = 0;
    int weight = 100;
    for (int i = from + 1; i < last; i++) {
      millis += number(buf, i, 1) * weight;
      weight /= 10;
    }
    return millis;
  }

  private static long epochDay(char[] buf, int offset, int length) {
    if (length != 10 || buf[offset + 4] != '-' || buf[offset + 7] != '-') {
      throw new IllegalArgumentException("is no date as in 2026-01-31");
    }
    int year = number(buf, offset, 4);
    int month = number(buf, offset + 5, 2);
    int day = number(buf, offset + 8, 2);
    if (month < 1 || month > 12 || day < 1 || day > 28) {
      return checkedEpochDay(year, month, day);
    }
    return civilDay(year, month, day);
  }

  private static long checkedEpochDay(int year, int month, int day) {
    try {
      return LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is no day of the calendar", e);
    }
  }

  /** Days since 1970 in the Gregorian calendar, for a valid date from the year 0 on. */
  private static long civilDay(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468L;
  }

  private static int number(char[] buf, int offset, int digits) {
    int value = 0;
    for (int i = offset; i < offset + digits; i++) {
      int digit = buf[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("is no date or time");
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static int signEnd(char[] buf, int offset, int length) {
    return length > 0 && (buf[offset] == '-' || buf[offset] == '+') ? offset + 1 : offset;
  }
}
