package io.writeback.redshift;

import io.writeback.sink.BadRowException;

/** Dates and times in the ISO form, UTC, without an object per value. */
final class Civil {
  private static final long DAY_MS = 86_400_000L;

  /** 0001-01-01 and 9999-12-31: the years that have four digits and a sign that nobody needs. */
  private static final long MIN_DAY = -719_162L;

  private static final long MAX_DAY = 2_932_896L;

  private Civil() {}

  /** {@code 2026-11-21}. Days since 1970 to a date as in Hinnant, "chrono-compatible date". */
  static void date(long epochDay, CsvRow row) {
    if (epochDay < MIN_DAY || epochDay > MAX_DAY) {
      throw new BadRowException("is outside of the years 1 to 9999");
    }
    long z = epochDay + 719_468;
    long era = Math.floorDiv(z, 146_097L);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shifted = (5 * dayOfYear + 2) / 153;
    long day = dayOfYear - (153 * shifted + 2) / 5 + 1;
    long month = shifted < 10 ? shifted + 3 : shifted - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    row.padded(year, 4);
    row.put((byte) '-');
    row.padded(month, 2);
    row.put((byte) '-');
    row.padded(day, 2);
  }

  /** {@code 23:59:59.999}. */
  static void time(long msOfDay, CsvRow row) {
    if (msOfDay < 0 || msOfDay >= DAY_MS) {
      throw new BadRowException("is no time of a day");
    }
    row.padded(msOfDay / 3_600_000, 2);
    row.put((byte) ':');
    row.padded(msOfDay / 60_000 % 60, 2);
    row.put((byte) ':');
    row.padded(msOfDay / 1000 % 60, 2);
    row.put((byte) '.');
    row.padded(msOfDay % 1000, 3);
  }

  /** {@code 2026-11-21 23:59:59.999}. */
  static void timestamp(long epochMs, CsvRow row) {
    date(Math.floorDiv(epochMs, DAY_MS), row);
    row.put((byte) ' ');
    time(Math.floorMod(epochMs, DAY_MS), row);
  }

  /** {@code 23:59:59.999999}. */
  static void timeMicros(long microsOfDay, CsvRow row) {
    if (microsOfDay < 0 || microsOfDay >= DAY_MS * 1000) {
      throw new BadRowException("is no time of a day");
    }
    time(microsOfDay / 1000, row);
    row.padded(microsOfDay % 1000, 3);
  }

  /** {@code 2026-11-21 23:59:59.999999}. */
  static void timestampMicros(long epochMicros, CsvRow row) {
    timestamp(Math.floorDiv(epochMicros, 1_000_000L), Math.floorMod(epochMicros, 1_000_000L), row);
  }

  /** As above, of seconds and microseconds. */
  static void timestamp(long epochSecond, long micros, CsvRow row) {
    date(Math.floorDiv(epochSecond, 86_400L), row);
    row.put((byte) ' ');
    timeMicros(Math.floorMod(epochSecond, 86_400L) * 1_000_000 + micros, row);
  }
}
