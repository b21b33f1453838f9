package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;

/**
 * Dates and times as BigQuery reads them in JSON. It keeps microseconds and the years 1 to 9999; a
 * value outside is refused, because a silent change would be worse. Digits below a microsecond are
 * cut, towards the past.
 */
final class CivilText {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .toFormatter(java.util.Locale.ROOT);

  private CivilText() {}

  static String date(long epochDays) {
    LocalDate date;
    try {
      date = LocalDate.ofEpochDay(epochDays);
    } catch (DateTimeException e) {
      throw outOfRange("date", e);
    }
    return checked(date, "date").toString();
  }

  static String time(long nanosOfDay) {
    try {
      return TIME.format(LocalTime.ofNanoOfDay(nanosOfDay));
    } catch (DateTimeException e) {
      throw new BadRowException("a time of day lies outside of 00:00:00 to 24:00:00", e);
    }
  }

  static String zonedTime(String text) {
    try {
      return TIME.format(OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      throw new BadRowException("a text is no time with offset such as 10:15:30Z", e);
    }
  }

  static String zonedTimestamp(String text) {
    try {
      return timestamp(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new BadRowException(
          "a text is no time with date and offset such as 2026-11-20T10:15:30Z", e);
    }
  }

  static String timestampOfMicros(long micros) {
    return timestamp(
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L));
  }

  static String timestampOfNanos(long nanos) {
    return timestampOfMicros(Math.floorDiv(nanos, 1000));
  }

  static String timestampOfMillis(long millis) {
    return timestamp(Instant.ofEpochMilli(millis));
  }

  static String timestamp(Instant instant) {
    OffsetDateTime utc;
    try {
      utc = instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw outOfRange("timestamp", e);
    }
    return checked(utc.toLocalDate(), "timestamp") + " " + TIME.format(utc.toLocalTime()) + " UTC";
  }

  private static LocalDate checked(LocalDate date, String what) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw outOfRange(what, null);
    }
    return date;
  }

  private static BadRowException outOfRange(String what, Throwable cause) {
    return new BadRowException(
        "a " + what + " lies outside of the years 1 to 9999, which is all that BigQuery keeps",
        cause);
  }
}
