package io.writeback.standin.bigquery.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Field;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Rows as Avro, by the mapping of the documentation page "Use the BigQuery Storage Read API", Avro
 * schema details. A nullable field is a union of null and its type.
 */
final class AvroRows {
  private static final DateTimeFormatter DATETIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
          .toFormatter(Locale.ROOT);

  private AvroRows() {}

  static String schema(List<Field> fields) {
    return record("__root__", "root", fields).toString();
  }

  private static ObjectNode record(String name, String path, List<Field> fields) {
    ObjectNode record =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "record")
            .put("namespace", path)
            .put("name", name);
    ArrayNode list = record.putArray("fields");
    for (Field field : fields) {
      ObjectNode item = list.addObject().put("name", field.name());
      ObjectNode type = type(field, path);
      if (field.repeated()) {
        item.putObject("type").put("type", "array").set("items", type);
      } else if (field.required()) {
        item.set("type", type);
      } else {
        item.putArray("type").add("null").add(type);
      }
    }
    return record;
  }

  /** Nested records have their path as namespace, as one name may occur at several places. */
  private static ObjectNode type(Field field, String path) {
    ObjectNode type = JsonNodeFactory.instance.objectNode();
    return switch (field.type()) {
      case INT64 -> type.put("type", "long");
      case FLOAT64 -> type.put("type", "double");
      case BOOL -> type.put("type", "boolean");
      case STRING -> type.put("type", "string");
      case BYTES -> type.put("type", "bytes");
      case NUMERIC -> decimal(type, 38, 9);
      case BIGNUMERIC -> decimal(type, 77, 38);
      case DATE -> type.put("type", "int").put("logicalType", "date");
      case TIME -> type.put("type", "long").put("logicalType", "time-micros");
      case TIMESTAMP -> type.put("type", "long").put("logicalType", "timestamp-micros");
      case DATETIME -> type.put("type", "string").put("logicalType", "datetime");
      case JSON, GEOGRAPHY, INTERVAL ->
          type.put("type", "string").put("sqlType", field.type().name());
      case RANGE -> throw unread(field);
      case STRUCT -> record(field.name(), path + "." + field.name(), field.fields());
    };
  }

  private static UnsupportedOperationException unread(Field field) {
    return new UnsupportedOperationException(
        "the stand-in's Read API has no RANGE, and " + field.name() + " is one");
  }

  private static ObjectNode decimal(ObjectNode type, int precision, int scale) {
    return type.put("type", "bytes")
        .put("logicalType", "decimal")
        .put("precision", precision)
        .put("scale", scale);
  }

  /** Appends one row. */
  static void write(List<Field> fields, Object[] row, ByteArrayOutputStream out) {
    for (int i = 0; i < row.length; i++) {
      Field field = fields.get(i);
      if (field.repeated()) {
        array(field, (List<?>) row[i], out);
      } else if (field.required()) {
        value(field, row[i], out);
      } else {
        writeLong(row[i] == null ? 0 : 1, out);
        if (row[i] != null) {
          value(field, row[i], out);
        }
      }
    }
  }

  private static void array(Field field, List<?> items, ByteArrayOutputStream out) {
    if (items != null && !items.isEmpty()) {
      writeLong(items.size(), out);
      items.forEach(item -> value(field, item, out));
    }
    writeLong(0, out);
  }

  private static void value(Field field, Object value, ByteArrayOutputStream out) {
    switch (field.type()) {
      case INT64 -> writeLong((Long) value, out);
      case FLOAT64 -> writeDouble((Double) value, out);
      case BOOL -> out.write((Boolean) value ? 1 : 0);
      case BYTES -> writeBytes((byte[]) value, out);
      case NUMERIC -> writeBytes(unscaled(value, 9), out);
      case BIGNUMERIC -> writeBytes(unscaled(value, 38), out);
      case DATE -> writeLong(((LocalDate) value).toEpochDay(), out);
      case TIME -> writeLong(((LocalTime) value).toNanoOfDay() / 1000, out);
      case TIMESTAMP -> writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value), out);
      case DATETIME -> writeBytes(DATETIME.format((LocalDateTime) value).getBytes(UTF_8), out);
      case STRING, JSON, GEOGRAPHY, INTERVAL -> writeBytes(value.toString().getBytes(UTF_8), out);
      case RANGE -> throw unread(field);
      case STRUCT -> write(field.fields(), (Object[]) value, out);
    }
  }

  private static byte[] unscaled(Object value, int scale) {
    return ((BigDecimal) value).setScale(scale).unscaledValue().toByteArray();
  }

  private static void writeBytes(byte[] bytes, ByteArrayOutputStream out) {
    writeLong(bytes.length, out);
    out.writeBytes(bytes);
  }

  private static void writeDouble(double value, ByteArrayOutputStream out) {
    long bits = Double.doubleToLongBits(value);
    for (int i = 0; i < 8; i++) {
      out.write((int) (bits >>> 8 * i));
    }
  }

  /** Zigzag, seven bits a byte. */
  private static void writeLong(long value, ByteArrayOutputStream out) {
    long rest = value << 1 ^ value >> 63;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
