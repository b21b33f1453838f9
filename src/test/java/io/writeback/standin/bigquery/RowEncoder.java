package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Field;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;
import java.util.List;

/**
 * Rows as tabledata.list and getQueryResults give them: every value a text in {@code v}, rows and
 * structs in {@code f} (documentation of the REST resource tabledata).
 *
 * @param timestamps how a TIMESTAMP is written
 */
record RowEncoder(List<Field> fields, Timestamps timestamps) {
  /** Of DataFormatOptions. */
  enum Timestamps {
    /** Seconds in exponential notation, the default. */
    FLOAT,
    /** Microseconds: useInt64Timestamp. */
    INT64,
    ISO8601
  }

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .toFormatter(java.util.Locale.ROOT);
  private static final DateTimeFormatter DATETIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'")
          .append(TIME)
          .toFormatter(java.util.Locale.ROOT);

  ObjectNode row(List<?> values) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    struct(row.putArray("f"), fields, values);
    return row;
  }

  private void struct(ArrayNode out, List<Field> columns, List<?> values) {
    for (int i = 0; i < columns.size(); i++) {
      value(out.addObject(), columns.get(i), i < values.size() ? values.get(i) : null);
    }
  }

  private void value(ObjectNode cell, Field field, Object value) {
    if (value == null) {
      cell.putNull("v");
    } else if (field.repeated()) {
      ArrayNode elements = cell.putArray("v");
      for (Object element : (List<?>) value) {
        value(elements.addObject(), field.element(), element);
      }
    } else {
      switch (field.type()) {
        case STRUCT -> struct(cell.putObject("v").putArray("f"), field.fields(), (List<?>) value);
        default -> cell.put("v", text(field, value));
      }
    }
  }

  private String text(Field field, Object value) {
    return switch (field.type()) {
      case BYTES -> Base64.getEncoder().encodeToString((byte[]) value);
      case NUMERIC, BIGNUMERIC -> decimal((BigDecimal) value);
      case TIMESTAMP -> timestamp((Instant) value);
      case DATETIME -> DATETIME.format((LocalDateTime) value);
      case TIME -> TIME.format((LocalTime) value);
      default -> value.toString();
    };
  }

  private static String decimal(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0).toPlainString() : stripped.toPlainString();
  }

  private String timestamp(Instant at) {
    long micros = at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    return switch (timestamps) {
      case INT64 -> Long.toString(micros);
      case ISO8601 -> at.toString();
      case FLOAT -> exponential(micros);
    };
  }

  /** {@code 1.408452095220000E9}: seconds with all six places, as the service writes them. */
  private static String exponential(long micros) {
    if (micros == 0) {
      return "0.0";
    }
    BigDecimal seconds = BigDecimal.valueOf(micros, 6);
    int exponent = seconds.precision() - seconds.scale() - 1;
    BigDecimal mantissa = seconds.movePointLeft(exponent);
    String text = mantissa.toPlainString();
    return (text.indexOf('.') < 0 ? text + ".0" : text) + "E" + exponent;
  }
}
