package io.writeback.standin.bigquery.catalog;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * RANGE values, kept as the text that shows them, {@code [start, end)} with UNBOUNDED
 * (documentation page "Data types", Range type). The end is behind the start; both are of the
 * element's type.
 */
public final class Ranges {
  private static final Pattern TEXT = Pattern.compile("\\[([^,]+), ?([^,]+)\\)");
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Ranges() {}

  /** The two fields of a range's message or object. */
  public static List<Field> bounds(Field range) {
    FieldType element =
        FieldType.parse(range.extras().path("rangeElementType").path("type").asText());
    return List.of(Field.of("start", element), Field.of("end", element));
  }

  /** Refuses what is no type of a column. */
  static void check(Field range) {
    if (!range.extras().path("rangeElementType").hasNonNull("type")
        || !List.of(FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP)
            .contains(bounds(range).get(0).type())) {
      throw ApiException.invalid(
          "Field "
              + range.name()
              + " is type RANGE, which needs rangeElementType DATE, DATETIME or"
              + " TIMESTAMP");
    }
  }

  static String parse(Field range, String text) {
    Matcher m = TEXT.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException("not a range");
    }
    List<Field> bounds = bounds(range);
    return of(side(bounds.get(0), m.group(1)), side(bounds.get(1), m.group(2)));
  }

  private static Object side(Field bound, String text) {
    return text.equalsIgnoreCase("UNBOUNDED") || text.equalsIgnoreCase("NULL")
        ? null
        : ValueParser.parse(bound, text);
  }

  /** The range of two values of the element's type; null is unbounded. */
  public static String of(Object start, Object end) {
    if (start != null && end != null && compare(start, end) >= 0) {
      throw new IllegalArgumentException("range start must be before its end");
    }
    return "[" + shown(start) + ", " + shown(end) + ")";
  }

  private static int compare(Object start, Object end) {
    if (start instanceof LocalDate day) {
      return day.compareTo((LocalDate) end);
    }
    return start instanceof LocalDateTime time
        ? time.compareTo((LocalDateTime) end)
        : ((Instant) start).compareTo((Instant) end);
  }

  private static String shown(Object bound) {
    if (bound == null) {
      return "UNBOUNDED";
    }
    return bound instanceof Instant instant ? UTC.format(instant) : bound.toString();
  }
}
