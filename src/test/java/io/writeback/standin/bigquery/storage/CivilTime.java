package io.writeback.standin.bigquery.storage;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;

/**
 * The packed form of TIME and DATETIME: (hour 5 bits, minute 6, second 6, microsecond 20), with
 * year 14, month 4 and day 5 before them in a DATETIME (documentation page "Supported protocol
 * buffer and Arrow data types").
 */
final class CivilTime {
  private CivilTime() {}

  static LocalTime time(long packed) {
    if (packed < 0 || packed >> 37 != 0) {
      throw new DateTimeException("not a packed TIME");
    }
    return LocalTime.of(
            (int) (packed >> 32 & 0x1f), (int) (packed >> 26 & 0x3f), (int) (packed >> 20 & 0x3f))
        .plusNanos(micros(packed) * 1000L);
  }

  static LocalDateTime dateTime(long packed) {
    if (packed < 0 || packed >> 60 != 0) {
      throw new DateTimeException("not a packed DATETIME");
    }
    LocalDate date =
        LocalDate.of(
            (int) (packed >> 46 & 0x3fff), (int) (packed >> 42 & 0xf), (int) (packed >> 37 & 0x1f));
    return LocalDateTime.of(date, time(packed & (1L << 37) - 1));
  }

  private static int micros(long packed) {
    int micros = (int) (packed & 0xfffff);
    if (micros > 999_999) {
      throw new DateTimeException("more than 999999 microseconds");
    }
    return micros;
  }
}
