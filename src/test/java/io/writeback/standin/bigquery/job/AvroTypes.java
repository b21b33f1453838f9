package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.ValueParser;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/**
 * Avro types and values as the service reads them (documentation page "Loading Avro data from Cloud
 * Storage").
 *
 * @param logical useAvroLogicalTypes: without it a date is an integer
 */
record AvroTypes(boolean logical) {
  static Schema.Field field(Schema record, String name) {
    return record.getFields().stream()
        .filter(f -> f.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  List<Field> fields(Schema record) {
    List<Field> fields = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      fields.add(column(field.name(), field.schema()));
    }
    return fields;
  }

  private Field column(String name, Schema schema) {
    Schema plain = plain(schema);
    boolean nullable = schema.getType() == Schema.Type.UNION;
    if (plain.getType() == Schema.Type.ARRAY) {
      return column(name, plain.getElementType()).withMode(Field.Mode.REPEATED);
    }
    List<Field> children = plain.getType() == Schema.Type.RECORD ? fields(plain) : List.of();
    return new Field(
        name,
        type(plain),
        nullable ? Field.Mode.NULLABLE : Field.Mode.REQUIRED,
        children,
        JsonNodeFactory.instance.objectNode());
  }

  /** The type in a union with null. */
  private static Schema plain(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    List<Schema> types =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    if (types.size() != 1) {
      throw ApiException.invalid("Avro union of several types is not supported: " + schema);
    }
    return types.get(0);
  }

  private FieldType type(Schema schema) {
    String name =
        logical && schema.getLogicalType() != null ? schema.getLogicalType().getName() : "";
    switch (name) {
      case "date":
        return FieldType.DATE;
      case "timestamp-millis", "timestamp-micros":
        return FieldType.TIMESTAMP;
      case "local-timestamp-millis", "local-timestamp-micros":
        return FieldType.DATETIME;
      case "time-millis", "time-micros":
        return FieldType.TIME;
      case "decimal":
        LogicalTypes.Decimal decimal = (LogicalTypes.Decimal) schema.getLogicalType();
        boolean fits = decimal.getScale() <= 9 && decimal.getPrecision() - decimal.getScale() <= 29;
        return fits ? FieldType.NUMERIC : FieldType.BIGNUMERIC;
      default:
        break;
    }
    return switch (schema.getType()) {
      case INT, LONG -> FieldType.INT64;
      case FLOAT, DOUBLE -> FieldType.FLOAT64;
      case BOOLEAN -> FieldType.BOOL;
      case STRING, ENUM -> FieldType.STRING;
      case BYTES, FIXED -> FieldType.BYTES;
      case RECORD -> FieldType.STRUCT;
      default -> throw ApiException.invalid("Avro type is not supported: " + schema);
    };
  }

  /** Refuses a column whose type is another than the file's. */
  void check(Field column, Schema.Field source) {
    Schema plain = plain(source.schema());
    boolean array = plain.getType() == Schema.Type.ARRAY;
    FieldType found = type(array ? plain(plain.getElementType()) : plain);
    boolean text =
        found == FieldType.STRING
            && switch (column.type()) {
              case STRING, JSON, GEOGRAPHY, DATETIME, TIME, NUMERIC, BIGNUMERIC, INTERVAL -> true;
              default -> false;
            };
    boolean wider =
        (found == FieldType.INT64 && column.type() == FieldType.FLOAT64)
            || (found == FieldType.NUMERIC && column.type() == FieldType.BIGNUMERIC);
    if (array != column.repeated() || !(found == column.type() || text || wider)) {
      throw ApiException.invalid(
          "Provided Schema does not match the table. Field "
              + column.name()
              + " has changed type from "
              + column.type().restName()
              + " to "
              + found.restName());
    }
  }

  Object value(Field column, Schema schema, Object datum) {
    if (datum == null) {
      return null;
    }
    Schema plain = plain(schema);
    if (column.repeated()) {
      List<Object> elements = new ArrayList<>();
      for (Object element : (Iterable<?>) datum) {
        elements.add(value(column.element(), plain.getElementType(), element));
      }
      return elements;
    }
    return switch (column.type()) {
      case STRUCT -> struct(column, plain, (GenericRecord) datum);
      case INT64 -> ((Number) datum).longValue();
      case FLOAT64 -> Double.valueOf(datum.toString());
      case BOOL -> datum;
      case BYTES -> bytes(datum);
      case NUMERIC, BIGNUMERIC -> decimal(column, plain, datum);
      case DATE -> LocalDate.ofEpochDay(((Number) datum).longValue());
      case TIME ->
          datum instanceof Number n
              ? LocalTime.ofNanoOfDay(micros(plain, n) * 1000)
              : ValueParser.parse(column, datum.toString());
      case TIMESTAMP -> instant(micros(plain, (Number) datum));
      case DATETIME ->
          datum instanceof Number n
              ? LocalDateTime.ofInstant(instant(micros(plain, n)), ZoneOffset.UTC)
              : ValueParser.parse(column, datum.toString());
      case STRING -> datum.toString();
      default -> ValueParser.parse(column, datum.toString());
    };
  }

  private List<Object> struct(Field column, Schema schema, GenericRecord record) {
    List<Object> values = new ArrayList<>();
    for (Field child : column.fields()) {
      Schema.Field source = field(schema, child.name());
      values.add(source == null ? null : value(child, source.schema(), record.get(source.pos())));
    }
    return values;
  }

  private static byte[] bytes(Object datum) {
    if (datum instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) datum).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static BigDecimal decimal(Field column, Schema schema, Object datum) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return new BigDecimal(new BigInteger(bytes(datum)), decimal.getScale());
    }
    return (BigDecimal) ValueParser.parse(column, datum.toString());
  }

  private static long micros(Schema schema, Number number) {
    boolean millis =
        schema.getLogicalType() != null && schema.getLogicalType().getName().endsWith("-millis");
    return millis ? number.longValue() * 1000 : number.longValue();
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }
}
