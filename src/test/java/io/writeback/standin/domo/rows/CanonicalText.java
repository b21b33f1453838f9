package io.writeback.standin.domo.rows;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/** Cell text of numbers and dates, made without a formatter: stand-ins feed throughput runs. */
final class CanonicalText {
  private static final int FIRST_DAY = (int) LocalDate.of(1990, 1, 1).toEpochDay();
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final String[] DAYS = new String[365 * 12];

  static {
    for (int i = 0; i < DAYS.length; i++) {
      DAYS[i] = LocalDate.ofEpochDay(FIRST_DAY + i).toString();
    }
  }

  private CanonicalText() {}

  /** {@code 12345} hundredths are {@code 123.45}. */
  static String hundredths(long value) {
    long whole = Math.abs(value) / 100;
    int rest = (int) (Math.abs(value) % 100);
    StringBuilder text = new StringBuilder(16);
    if (value < 0) {
      text.append('-');
    }
    return text.append(whole)
        .append('.')
        .append((char) ('0' + rest / 10))
        .append((char) ('0' + rest % 10))
        .toString();
  }

  /** Days since 1970-01-01 as {@code yyyy-MM-dd}. */
  static String date(int epochDay) {
    int index = epochDay - FIRST_DAY;
    return index >= 0 && index < DAYS.length
        ? DAYS[index]
        : LocalDate.ofEpochDay(epochDay).toString();
  }

  /** Always with seconds, which {@link LocalDateTime#toString} leaves out when they are zero. */
  static String dateTime(LocalDateTime time) {
    return SECONDS.format(time);
  }
}
