package io.writeback.standin.redshift;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads dates and times (Developer Guide, "DATEFORMAT and TIMEFORMAT strings" and "Using automatic
 * recognition").
 */
final class TimeFields {
  private static final Pattern DATE = Pattern.compile("(\\d{4,6})-(\\d{2})-(\\d{2})( BC)?");
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?\\s*(Z|[+-]\\d{2}(?::?\\d{2})?)?");
  private static final Pattern TIMESTAMP =
      Pattern.compile("(\\d{4,6}-\\d{2}-\\d{2})(?:[ T](.+?))?( BC)?");
  private static final Pattern DEFAULT_TIMESTAMP =
      Pattern.compile(
          "\\d{4,6}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}(Z|[+-]\\d{2}(:?\\d{2})?)?( BC)?");

  private final String timeFormat;
  private final String dateFormat;

  TimeFields(String timeFormat, String dateFormat) {
    this.timeFormat = timeFormat;
    this.dateFormat = dateFormat;
  }

  String date(String text) {
    try {
      if (dateFormat != null && !dateFormat.equals("auto") && !dateFormat.equals("YYYY-MM-DD")) {
        return LocalDate.parse(text, formatter(dateFormat)).toString();
      }
      Matcher matcher =
          DATE.matcher(text.length() > 10 && dateFormat != null ? text.substring(0, 10) : text);
      if (matcher.matches()) {
        checkDate(matcher);
        return matcher.group();
      }
    } catch (DateTimeException e) {
      throw RowRejected.field(1205, "Invalid date format: " + e.getMessage());
    }
    throw RowRejected.field(
        1205,
        text.length() < 10
            ? "Invalid date format - length must be 10 or more"
            : "Invalid Date Format [YYYY-MM-DD]");
  }

  private static void checkDate(Matcher matcher) {
    LocalDate.of(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  /** A timestamp; the offset of one without a zone is converted to UTC. */
  String timestamp(String text, boolean zoned) {
    try {
      if ("epochsecs".equals(timeFormat) || "epochmillisecs".equals(timeFormat)) {
        return epoch(text) + (zoned ? "+00" : "");
      }
      boolean auto = "auto".equals(timeFormat);
      if (!auto && timeFormat != null && !timeFormat.equals("YYYY-MM-DD HH:MI:SS")) {
        return LocalDateTime.parse(text, formatter(timeFormat)) + (zoned ? "+00" : "");
      }
      Matcher matcher = TIMESTAMP.matcher(text);
      if (matcher.matches() && (auto || DEFAULT_TIMESTAMP.matcher(text).matches())) {
        return checked(matcher, zoned);
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw RowRejected.field(1206, "Invalid timestamp value: " + e.getMessage());
    }
    throw RowRejected.field(1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]");
  }

  private static String checked(Matcher matcher, boolean zoned) {
    Matcher date = DATE.matcher(matcher.group(1));
    if (!date.matches()) {
      throw new DateTimeException(matcher.group(1));
    }
    checkDate(date);
    String era = matcher.group(3) == null ? "" : " BC";
    if (matcher.group(2) == null) {
      return date.group() + " 00:00:00" + era;
    }
    Matcher time = TIME.matcher(matcher.group(2));
    if (!time.matches()) {
      throw new DateTimeException(matcher.group(2));
    }
    LocalTime local = local(time);
    String offset = time.group(5);
    if (offset == null || zoned) {
      return date.group()
          + " "
          + clock(local)
          + (zoned ? offset == null ? "+00" : offset : "")
          + era;
    }
    LocalDate day = LocalDate.parse(date.group());
    Instant instant = day.atTime(local).toInstant(ZoneOffset.of(offset));
    LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    return utc.toLocalDate() + " " + clock(utc.toLocalTime()) + era;
  }

  private static LocalTime local(Matcher time) {
    String second = time.group(3) == null ? "00" : time.group(3);
    String fraction = time.group(4) == null ? "" : "." + time.group(4);
    return LocalTime.parse(time.group(1) + ":" + time.group(2) + ":" + second + fraction);
  }

  private static String clock(LocalTime time) {
    return time.format(DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS"));
  }

  String time(String text, boolean zoned) {
    Matcher matcher = TIME.matcher(text);
    try {
      if (matcher.matches() && (zoned || matcher.group(5) == null)) {
        String offset = matcher.group(5) == null ? "+00" : matcher.group(5);
        return clock(local(matcher)) + (zoned ? offset : "");
      }
    } catch (DateTimeException e) {
      // Reported below, in the words for any other wrong time.
    }
    throw RowRejected.field(1206, "Invalid time format or value [HH24:MI:SS]");
  }

  private String epoch(String text) {
    int digits = timeFormat.equals("epochsecs") ? 6 : 3;
    if (!text.matches("[+-]?\\d+(\\.\\d+)?")) {
      throw new DateTimeException("not a number: " + text);
    }
    BigDecimal micros = new BigDecimal(text).movePointRight(digits).setScale(0, RoundingMode.DOWN);
    long value = micros.longValueExact();
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(value, 1_000_000), Math.floorMod(value, 1_000_000) * 1_000L);
    LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    return utc.toLocalDate() + " " + clock(utc.toLocalTime());
  }

  private static DateTimeFormatter formatter(String format) {
    String pattern =
        format
            .replace("YYYY", "uuuu")
            .replace("DD", "dd")
            .replace("HH24", "HH")
            .replace("HH12", "hh")
            .replace("MI", "mm")
            .replace("SS", "ss")
            .replace("T", "'T'");
    return DateTimeFormatter.ofPattern(pattern);
  }
}
