package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values from text, as CSV cells, JSON strings and query parameters carry them (documentation pages
 * "Data types", "Loading CSV data").
 */
public final class ValueParser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern DATE = Pattern.compile("(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})");
  private static final Pattern TIME =
      Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,6})0*)?");
  private static final Pattern ZONED =
      Pattern.compile(
          "(\\d{4}[-/]\\d{1,2}[-/]\\d{1,2})(?:[ Tt](\\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d{1,9})?)?))?\\s*([Zz]|UTC|[+-]\\d{1,2}(?::?\\d{2})?|[A-Za-z]+/[A-Za-z_/]+)?");
  private static final int MAX_NUMERIC_WHOLE = 29;

  private ValueParser() {}

  /**
   * Parses.
   *
   * @throws IllegalArgumentException if the text is no value of the type
   */
  public static Object parse(Field field, String text) {
    try {
      return switch (field.type()) {
        case INT64 -> Long.parseLong(text.strip());
        case FLOAT64 -> floating(text.strip());
        case NUMERIC -> numeric(text.strip(), 9, MAX_NUMERIC_WHOLE);
        case BIGNUMERIC -> numeric(text.strip(), 38, 39);
        case BOOL -> bool(text.strip());
        case BYTES -> Base64.getDecoder().decode(text);
        case DATE -> date(text.strip());
        case TIME -> time(text.strip());
        case DATETIME -> datetime(text.strip());
        case TIMESTAMP -> timestamp(text.strip());
        case JSON -> json(text);
        case RANGE -> Ranges.parse(field, text);
        case STRUCT -> throw new IllegalArgumentException("a RECORD cannot be text");
        default -> text;
      };
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Double floating(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.valueOf(text);
    };
  }

  private static BigDecimal numeric(String text, int scale, int whole) {
    BigDecimal value = new BigDecimal(text);
    if (value.scale() > scale) {
      value = value.setScale(scale, java.math.RoundingMode.HALF_UP);
    }
    if (value.precision() - value.scale() > whole) {
      throw new IllegalArgumentException("out of range: " + text);
    }
    return value;
  }

  private static Boolean bool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "1" -> true;
      case "false", "f", "no", "n", "0" -> false;
      default -> throw new IllegalArgumentException("not a boolean");
    };
  }

  private static LocalDate date(String text) {
    Matcher m = DATE.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("not a date");
    }
    return LocalDate.of(
        Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)));
  }

  private static LocalTime time(String text) {
    Matcher m = TIME.matcher(text.chars().filter(c -> c == ':').count() == 1 ? text + ":00" : text);
    if (!m.matches()) {
      throw new IllegalArgumentException("not a time");
    }
    String fraction = m.group(4) == null ? "" : m.group(4);
    int nanos = Integer.parseInt((fraction + "000000").substring(0, 6)) * 1000;
    return LocalTime.of(
        Integer.parseInt(m.group(1)),
        Integer.parseInt(m.group(2)),
        Integer.parseInt(m.group(3)),
        nanos);
  }

  private static LocalDateTime datetime(String text) {
    int split = Math.max(text.indexOf('T'), Math.max(text.indexOf('t'), text.indexOf(' ')));
    return split < 0
        ? date(text).atStartOfDay()
        : date(text.substring(0, split)).atTime(time(text.substring(split + 1)));
  }

  private static Instant timestamp(String text) {
    Matcher m = ZONED.matcher(text);
    if (!m.matches()) {
      return epochSeconds(new BigDecimal(text));
    }
    LocalTime time = m.group(2) == null ? LocalTime.MIDNIGHT : time(m.group(2));
    return date(m.group(1)).atTime(time).atZone(zone(m.group(3))).toInstant();
  }

  /** Seconds since 1970 with a fraction, as JSON numbers carry a TIMESTAMP. */
  static Instant epochSeconds(BigDecimal seconds) {
    long micros =
        seconds.movePointRight(6).setScale(0, java.math.RoundingMode.HALF_UP).longValueExact();
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  private static ZoneId zone(String text) {
    if (text == null || text.equalsIgnoreCase("Z") || text.equalsIgnoreCase("UTC")) {
      return ZoneOffset.UTC;
    }
    Matcher m = Pattern.compile("([+-])(\\d{1,2})(?::?(\\d{2}))?").matcher(text);
    if (m.matches()) {
      int minutes =
          Integer.parseInt(m.group(2)) * 60
              + (m.group(3) == null ? 0 : Integer.parseInt(m.group(3)));
      return ZoneOffset.ofTotalSeconds((m.group(1).equals("-") ? -minutes : minutes) * 60);
    }
    return ZoneId.of(text);
  }

  private static String json(String text) {
    try {
      JsonNode parsed = JSON.readTree(text);
      if (parsed == null || parsed.isMissingNode()) {
        throw new IllegalArgumentException("empty JSON");
      }
      return JSON.writeValueAsString(parsed);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
