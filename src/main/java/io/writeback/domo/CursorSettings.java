package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * How rows are read by their cursor.
 *
 * @param pageRows most rows of one query
 * @param pageBytes about the bytes of one page on the heap
 * @param emptyIsNull whether an empty text in a query's answer is null
 * @param initial earliest, latest or a value
 * @param overlap how far behind the cursor to read again: milliseconds for dates and times, else a
 *     difference of values
 * @param delayMs how old a row must be by its cursor
 * @param restart whether to start over under changed settings
 * @param zone of DATETIME cursors
 */
record CursorSettings(
    int pageRows,
    long pageBytes,
    boolean emptyIsNull,
    String initial,
    long overlap,
    long delayMs,
    boolean restart,
    ZoneId zone) {
  static final String EARLIEST = "earliest";
  static final String LATEST = "latest";

  /**
   * The value that the cursor must not pass now, because rows may still come late below it.
   *
   * @return null without a delay
   * @throws FaultException of kind configuration if the column has no time
   */
  Object limit(DomoColumn cursor, Instant now) {
    if (delayMs == 0) {
      return null;
    }
    LocalDateTime limit = LocalDateTime.ofInstant(now.minusMillis(delayMs), zone);
    return switch (cursor.type()) {
      case DATETIME -> limit.truncatedTo(ChronoUnit.SECONDS);
      // The day itself is not over.
      case DATE -> limit.toLocalDate().minusDays(1);
      case LONG, DOUBLE, DECIMAL, STRING ->
          throw FaultException.configuration(
              "domo.cursor.delay.ms needs a DATE or DATETIME cursor, column \""
                  + cursor.name()
                  + "\" is "
                  + cursor.type()
                  + ": use domo.cursor.overlap",
              null);
    };
  }

  /** The value that far behind another, from where rows are read again. */
  Object behind(DomoColumn cursor, Object value) {
    return switch (cursor.type()) {
      case LONG -> Math.max(Long.MIN_VALUE + overlap, (Long) value) - overlap;
      case DOUBLE -> (Double) value - overlap;
      case DECIMAL -> ((BigDecimal) value).subtract(BigDecimal.valueOf(overlap));
      case DATE ->
          earliest(
                  ((LocalDate) value)
                      .minusDays(overlap / Cells.DAY_MS + (overlap % Cells.DAY_MS == 0 ? 0 : 1))
                      .atStartOfDay())
              .toLocalDate();
      case DATETIME -> earliest(((LocalDateTime) value).minus(overlap, ChronoUnit.MILLIS));
      case STRING -> throw new IllegalArgumentException("no cursor is a text");
    };
  }

  /** Before the year 1 a time has another form. */
  private static LocalDateTime earliest(LocalDateTime time) {
    return time.getYear() < 1 ? LocalDateTime.of(1, 1, 1, 0, 0) : time;
  }
}
