package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.TableSchema;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Values for RANGE columns: a struct with start and end, both text, which is what JSON takes (docs:
 * "Loading JSON data", RANGE) and what can be encoded for each type of element. A side that is
 * missing is unbounded. Made of the text {@code [start, end)} as BigQuery shows ranges, and of
 * structs and maps with the two. What is no range is refused here, row by row, and not by the
 * service. Pure.
 */
final class RangeValues {
  private static final String START = "start";
  private static final String END = "end";
  private static final Schema RANGE =
      SchemaBuilder.struct()
          .field(START, Schema.OPTIONAL_STRING_SCHEMA)
          .field(END, Schema.OPTIONAL_STRING_SCHEMA)
          .optional()
          .build();
  private static final Pattern TEXT = Pattern.compile("\\s*\\[([^,]*),([^,]*)\\)\\s*");

  private RangeValues() {}

  /** A bound, comparable with others of its type, and as it is written. */
  private record Bound(long place, String text) {}

  /**
   * How values of a field become ranges.
   *
   * @param element DATE, DATETIME or TIMESTAMP
   * @return empty if the field has nothing of a range; the same if its values are ranges already
   */
  static Optional<ValueShape> shape(Schema schema, String element) {
    if (schema.equals(RANGE)) {
      return Optional.of(ValueShape.same(schema));
    }
    return switch (schema.type()) {
      case STRING ->
          schema.name() == null
              ? Optional.of(new ValueShape(RANGE, value -> ofText((String) value, element)))
              : Optional.empty();
      case STRUCT ->
          schema.field(START) == null || schema.field(END) == null
              ? Optional.empty()
              : Optional.of(ofStructs(schema.field(START), schema.field(END), element));
      case MAP -> Optional.of(ofMaps(kind(schema.valueSchema()), element));
      default -> Optional.empty();
    };
  }

  private static Struct ofText(String text, String element) {
    Matcher range = TEXT.matcher(text);
    if (!range.matches()) {
      throw new BadRowException(
          "a text is no range such as [2020-01-01, 2020-12-31) or [2020-01-01, UNBOUNDED)");
    }
    return of(unbounded(range.group(1)), unbounded(range.group(2)), element);
  }

  private static String unbounded(String side) {
    String text = side.trim();
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.equals("UNBOUNDED") || upper.equals("NULL") ? null : text;
  }

  private static ValueShape ofStructs(Field start, Field end, String element) {
    ColumnKind startKind = kind(start.schema());
    ColumnKind endKind = kind(end.schema());
    return new ValueShape(
        RANGE,
        value ->
            of(
                text(startKind, ((Struct) value).get(start)),
                text(endKind, ((Struct) value).get(end)),
                element));
  }

  private static ValueShape ofMaps(ColumnKind kind, String element) {
    return new ValueShape(
        RANGE,
        value -> {
          Map<?, ?> map = (Map<?, ?>) value;
          return of(text(kind, map.get(START)), text(kind, map.get(END)), element);
        });
  }

  private static ColumnKind kind(Schema bound) {
    Schema row = SchemaBuilder.struct().field("bound", bound).build();
    return ColumnKind.of(TableSchema.ofValue(row).columns().get(0));
  }

  private static String text(ColumnKind kind, Object value) {
    if (value == null) {
      return null;
    }
    String text = ColumnText.of(kind, value);
    return value instanceof String ? unbounded(text) : text;
  }

  private static Struct of(String start, String end, String element) {
    Bound from = start == null ? null : bound(start, element);
    Bound to = end == null ? null : bound(end, element);
    if (from != null && to != null && from.place() >= to.place()) {
      throw new BadRowException("a range ends at its start or before, expected start < end");
    }
    return new Struct(RANGE)
        .put(START, from == null ? null : from.text())
        .put(END, to == null ? null : to.text());
  }

  private static Bound bound(String text, String element) {
    try {
      return switch (element) {
        case "DATE" -> {
          long day = LocalDate.parse(text).toEpochDay();
          yield new Bound(day, CivilText.date(day));
        }
        case "DATETIME" -> {
          LocalDateTime time =
              LocalDateTime.parse(withoutZone(text)).truncatedTo(ChronoUnit.MICROS);
          CivilText.date(time.toLocalDate().toEpochDay());
          yield new Bound(micros(time), time.toString());
        }
        default -> {
          long micros = timestamp(text);
          yield new Bound(micros, text.replace(" UTC", "Z").replace(' ', 'T'));
        }
      };
    } catch (DateTimeException e) {
      // Without the cause: its message quotes the text.
      throw new BadRowException("a bound of a range is no " + element);
    }
  }

  /** A timestamp that becomes a DATETIME shows what UTC has. */
  private static String withoutZone(String text) {
    return text.replace(" UTC", "").replace(' ', 'T');
  }

  private static long timestamp(String text) {
    return CivilUnits.timestamp(
        ColumnKind.ZONED_TIMESTAMP, text.replace(" UTC", "Z").replace(' ', 'T'));
  }

  private static long micros(LocalDateTime time) {
    return ChronoUnit.MICROS.between(LocalDateTime.of(1970, 1, 1, 0, 0), time);
  }
}
