package io.writeback.domo;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;

/**
 * Cells as values that compare as in SQL. A LONG is a Long, a DOUBLE a Double, a DECIMAL a
 * BigDecimal of any scale, a DATE a LocalDate, a DATETIME a LocalDateTime without a zone, a STRING
 * itself. Every method throws {@link IllegalArgumentException} without the cell's text.
 */
final class CellValue {
  private CellValue() {}

  static Object of(ColumnType type, String text) {
    char[] chars = text.toCharArray();
    return of(type, chars, 0, chars.length);
  }

  static Object of(ColumnType type, char[] buf, int offset, int length) {
    return switch (type) {
      case STRING -> new String(buf, offset, length);
      case LONG -> Cells.longValue(buf, offset, length);
      case DOUBLE -> finite(Cells.doubleValue(buf, offset, length));
      case DECIMAL -> decimal(buf, offset, length);
      case DATE -> LocalDate.ofEpochDay(Cells.dateMillis(buf, offset, length) / Cells.DAY_MS);
      case DATETIME -> time(buf, offset, length);
    };
  }

  /** Compares two values of a type: numbers by value, texts by their characters. */
  static int compare(ColumnType type, Object a, Object b) {
    return switch (type) {
      case STRING -> ((String) a).compareTo((String) b);
      case LONG -> Long.compare((Long) a, (Long) b);
      case DOUBLE -> Double.compare((Double) a, (Double) b);
      case DECIMAL -> ((BigDecimal) a).compareTo((BigDecimal) b);
      case DATE -> ((LocalDate) a).compareTo((LocalDate) b);
      case DATETIME -> ((LocalDateTime) a).compareTo((LocalDateTime) b);
    };
  }

  /** SQL knows one zero, and neither infinity nor NaN. */
  private static Double finite(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("is no finite number");
    }
    return value + 0.0;
  }

  private static BigDecimal decimal(char[] buf, int offset, int length) {
    try {
      return new BigDecimal(buf, offset, length);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is no number", e);
    }
  }

  /** With all its digits: a cursor must not lose those below the millisecond. */
  private static LocalDateTime time(char[] buf, int offset, int length) {
    Cells.dateTimeMillis(buf, offset, length);
    String text = new String(buf, offset, length).replace(' ', 'T');
    int end = text.endsWith("Z") ? text.length() - 1 : text.length();
    try {
      return end == 10
          ? LocalDate.parse(text).atStartOfDay()
          : LocalDateTime.parse(text.substring(0, end));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is no time as in 2026-01-31T23:59:59", e);
    }
  }
}
