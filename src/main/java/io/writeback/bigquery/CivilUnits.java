package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Date;

/**
 * Dates and times as numbers of the Storage Write API: days, microseconds since 1970, and the bit
 * fields of TIME and DATETIME (documentation page "Supported protocol buffer and Arrow data types";
 * CivilTimeEncoder of google-cloud-bigquerystorage). BigQuery keeps microseconds and the years 1 to
 * 9999; a value outside is refused. Digits below a microsecond are cut, towards the past. Pure.
 */
final class CivilUnits {
  private static final long DAY_MS = 86_400_000;
  private static final long DAY_MICROS = DAY_MS * 1000;
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private CivilUnits() {}

  /** Days since 1970 of a value of a date kind. */
  static long day(ColumnKind kind, Object value) {
    long day =
        kind == ColumnKind.CONNECT_DATE
            ? Math.floorDiv(((Date) value).getTime(), DAY_MS)
            : ((Number) value).longValue();
    if (day < FIRST_DAY || day > LAST_DAY) {
      throw outOfRange("date");
    }
    return day;
  }

  /** Microseconds since midnight of a value of a time kind; 24:00:00 is none. */
  static long timeOfDay(ColumnKind kind, Object value) {
    long micros =
        switch (kind) {
          case CONNECT_TIME -> multiplied(((Date) value).getTime(), 1000, "time of day");
          case MILLIS_OF_DAY -> multiplied(((Number) value).longValue(), 1000, "time of day");
          case MICROS_OF_DAY -> ((Number) value).longValue();
          case NANOS_OF_DAY -> Math.floorDiv(((Number) value).longValue(), 1000);
          case ZONED_TIME -> zonedTime((String) value);
          default -> throw new IllegalArgumentException(kind + " is no time");
        };
    if (micros < 0 || micros >= DAY_MICROS) {
      throw new BadRowException("a time of day lies outside of 00:00:00 to 23:59:59.999999");
    }
    return micros;
  }

  /** Microseconds since 1970 of a value of a timestamp kind, or of a text with an offset. */
  static long timestamp(ColumnKind kind, Object value) {
    long micros =
        switch (kind) {
          case CONNECT_TIMESTAMP -> ofMillis(((Date) value).getTime());
          case EPOCH_MILLIS -> multiplied(((Number) value).longValue(), 1000, "timestamp");
          case EPOCH_MICROS -> ((Number) value).longValue();
          case EPOCH_NANOS -> Math.floorDiv(((Number) value).longValue(), 1000);
          case ZONED_TIMESTAMP, STRING -> zonedTimestamp((String) value);
          default -> throw new IllegalArgumentException(kind + " is no timestamp");
        };
    long day = Math.floorDiv(micros, DAY_MICROS);
    if (day < FIRST_DAY || day > LAST_DAY) {
      throw outOfRange("timestamp");
    }
    return micros;
  }

  /** Microseconds since 1970 of milliseconds. */
  static long ofMillis(long millis) {
    if (millis < FIRST_DAY * DAY_MS || millis >= (LAST_DAY + 1) * DAY_MS) {
      throw outOfRange("timestamp");
    }
    return millis * 1000;
  }

  /** The bit fields of a TIME. */
  static long packedTime(long microsOfDay) {
    long seconds = microsOfDay / 1_000_000;
    return (seconds / 3600 << 12 | seconds / 60 % 60 << 6 | seconds % 60) << 20
        | microsOfDay % 1_000_000;
  }

  /** The bit fields of a DATETIME that shows a point in time as UTC has it. */
  static long packedDateTime(long micros) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(micros, DAY_MICROS));
    long day =
        (long) date.getYear() << 26
            | (long) date.getMonthValue() << 22
            | date.getDayOfMonth() << 17;
    return day << 20 | packedTime(Math.floorMod(micros, DAY_MICROS));
  }

  private static long zonedTime(String text) {
    try {
      return OffsetTime.parse(text)
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toLocalTime()
              .toNanoOfDay()
          / 1000;
    } catch (DateTimeException e) {
      throw new BadRowException("a text is no time with offset such as 10:15:30Z", e);
    }
  }

  private static long zonedTimestamp(String text) {
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      return Math.addExact(
          multiplied(instant.getEpochSecond(), 1_000_000, "timestamp"), instant.getNano() / 1000);
    } catch (DateTimeException | ArithmeticException e) {
      throw new BadRowException(
          "a text is no time with date and offset such as 2026-11-20T10:15:30Z", e);
    }
  }

  private static long multiplied(long units, long microsPerUnit, String what) {
    try {
      return Math.multiplyExact(units, microsPerUnit);
    } catch (ArithmeticException e) {
      throw outOfRange(what);
    }
  }

  private static BadRowException outOfRange(String what) {
    return new BadRowException(
        "a " + what + " lies outside of the years 1 to 9999, which is all that BigQuery keeps");
  }
}
