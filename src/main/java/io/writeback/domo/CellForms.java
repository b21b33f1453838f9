package io.writeback.domo;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;

/**
 * How cells are read where Domo leaves it open.
 *
 * @param zone of DATETIME cells, which name none
 */
record CellForms(Decimals decimals, NullCells nulls, ZoneId zone) {
  CellForms(Decimals decimals, NullCells nulls) {
    this(decimals, nulls, ZoneOffset.UTC);
  }

  /**
   * A cell as Connect wants it.
   *
   * @throws IllegalArgumentException if it is not of its type, without its text
   */
  @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
  Object value(ColumnType type, char[] buf, int offset, int length) {
    return switch (type) {
      case STRING -> new String(buf, offset, length);
      case LONG -> Cells.longValue(buf, offset, length);
      case DOUBLE -> Cells.doubleValue(buf, offset, length);
      case DECIMAL -> decimals.value(buf, offset, length);
      case DATE -> new Date(Cells.dateMillis(buf, offset, length));
      case DATETIME -> new Date(millis(buf, offset, length));
    };
  }

  /** Throws as {@link #value} would. */
  void check(ColumnType type, char[] buf, int offset, int length) {
    switch (type) {
      case STRING -> {}
      case LONG -> Cells.longValue(buf, offset, length);
      case DOUBLE -> Cells.doubleValue(buf, offset, length);
      case DECIMAL -> decimals.check(buf, offset, length);
      case DATE -> Cells.dateMillis(buf, offset, length);
      case DATETIME -> Cells.dateTimeMillis(buf, offset, length);
    }
  }

  /**
   * A time that the zone skips moves ahead with the clocks; of one it repeats, the first counts.
   */
  private long millis(char[] buf, int offset, int length) {
    long utc = Cells.dateTimeMillis(buf, offset, length);
    if (zone.equals(ZoneOffset.UTC) || buf[offset + length - 1] == 'Z') {
      return utc;
    }
    LocalDateTime local = LocalDateTime.ofInstant(Instant.ofEpochMilli(utc), ZoneOffset.UTC);
    return local.atZone(zone).toInstant().toEpochMilli();
  }
}
