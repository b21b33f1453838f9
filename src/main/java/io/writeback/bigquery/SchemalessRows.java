package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Rows of values without schema, as JsonConverter with schemas.enable=false delivers them. The
 * schema of a topic is what its records have shown so far, so that it settles, and encoders are
 * compiled once. A null, an empty array and an empty object show no type and are NULL. The first
 * number of a field makes a new column INTEGER or FLOAT; whoever knows better makes the table. Used
 * by the task thread alone.
 */
final class SchemalessRows {
  private final Map<String, Schema> known = new HashMap<>();
  private final boolean apart;

  /**
   * Rows.
   *
   * @param apart whether a value that contradicts earlier ones is a row of a schema of its own
   */
  SchemalessRows(boolean apart) {
    this.apart = apart;
  }

  /**
   * The row of a value.
   *
   * @throws BadRowException if a field has another type than in earlier records
   */
  Struct of(String topic, Map<?, ?> value) {
    Schema schema = known.get(topic);
    if (schema == null || !shows(schema, value)) {
      Schema wider = merged(schema, inferred(value));
      if (wider == null) {
        throw new BadRowException("an object without any value is no row");
      }
      if (!wider.equals(schema)) {
        schema = wider;
        known.put(topic, schema);
      }
    }
    try {
      return (Struct) converted(value, schema, "");
    } catch (BadRowException e) {
      if (!apart) {
        throw e;
      }
      return (Struct) converted(value, inferred(value), "");
    }
  }

  /** Whether the schema has a place for all that a value shows. */
  private static boolean shows(Schema schema, Object value) {
    if (value instanceof Map<?, ?> map && schema.type() == Schema.Type.STRUCT) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        Field field = schema.field(String.valueOf(entry.getKey()));
        boolean seen =
            field == null ? isEmpty(entry.getValue()) : shows(field.schema(), entry.getValue());
        if (!seen) {
          return false;
        }
      }
      return true;
    }
    if (value instanceof List<?> list && schema.type() == Schema.Type.ARRAY) {
      return list.stream().allMatch(item -> shows(schema.valueSchema(), item));
    }
    return !(isFractional(value) && schema.type() == Schema.Type.INT64);
  }

  private static boolean isEmpty(Object value) {
    return value == null
        || (value instanceof Map<?, ?> map
            && map.values().stream().allMatch(SchemalessRows::isEmpty))
        || (value instanceof List<?> list && list.stream().allMatch(SchemalessRows::isEmpty));
  }

  /** Null if the value shows no type. */
  private static Schema inferred(Object value) {
    if (isEmpty(value)) {
      return null;
    }
    if (value instanceof Map<?, ?> map) {
      SchemaBuilder struct = SchemaBuilder.struct().optional();
      map.forEach(
          (name, member) -> {
            Schema type = inferred(member);
            if (type != null) {
              struct.field(String.valueOf(name), type);
            }
          });
      return struct.build();
    }
    if (value instanceof List<?> list) {
      Schema element = null;
      for (Object item : list) {
        element = merged(element, inferred(item));
      }
      return SchemaBuilder.array(element).optional().build();
    }
    return scalar(value);
  }

  private static Schema scalar(Object value) {
    if (value instanceof Boolean) {
      return Schema.OPTIONAL_BOOLEAN_SCHEMA;
    }
    if (value instanceof byte[] || value instanceof ByteBuffer) {
      return Schema.OPTIONAL_BYTES_SCHEMA;
    }
    if (isFractional(value)) {
      return Schema.OPTIONAL_FLOAT64_SCHEMA;
    }
    return value instanceof Number ? Schema.OPTIONAL_INT64_SCHEMA : Schema.OPTIONAL_STRING_SCHEMA;
  }

  private static boolean isFractional(Object value) {
    return value instanceof Double || value instanceof Float || value instanceof BigDecimal;
  }

  /** What both show; where they contradict each other, what was there first. */
  private static Schema merged(Schema first, Schema second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    if (first.type() == Schema.Type.INT64 && second.type() == Schema.Type.FLOAT64) {
      return second;
    }
    if (first.type() != second.type()) {
      return first;
    }
    if (first.type() == Schema.Type.ARRAY) {
      return SchemaBuilder.array(merged(first.valueSchema(), second.valueSchema()))
          .optional()
          .build();
    }
    if (first.type() != Schema.Type.STRUCT) {
      return first;
    }
    Map<String, Schema> fields = new LinkedHashMap<>();
    first.fields().forEach(field -> fields.put(field.name(), field.schema()));
    second.fields().forEach(f -> fields.merge(f.name(), f.schema(), SchemalessRows::merged));
    SchemaBuilder struct = SchemaBuilder.struct().optional();
    fields.forEach(struct::field);
    return struct.build();
  }

  private static Object converted(Object value, Schema schema, String at) {
    if (value == null || (isEmpty(value) && schema.type() != Schema.Type.STRUCT)) {
      return null;
    }
    return switch (schema.type()) {
      case STRUCT -> struct(expect(Map.class, value, schema, at), schema, at);
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        for (Object item : expect(List.class, value, schema, at)) {
          items.add(converted(item, schema.valueSchema(), at));
        }
        yield items;
      }
      case BOOLEAN -> expect(Boolean.class, value, schema, at);
      case FLOAT64 -> expect(Number.class, value, schema, at).doubleValue();
      case INT64 -> whole(expect(Number.class, value, schema, at), at);
      case BYTES -> value instanceof ByteBuffer ? value : expect(byte[].class, value, schema, at);
      default -> expect(String.class, value, schema, at);
    };
  }

  private static Struct struct(Map<?, ?> map, Schema schema, String at) {
    Struct struct = new Struct(schema);
    for (Field field : schema.fields()) {
      String name = at.isEmpty() ? field.name() : at + "." + field.name();
      struct.put(field, converted(map.get(field.name()), field.schema(), name));
    }
    return struct;
  }

  private static long whole(Number number, String at) {
    if (number instanceof BigInteger big && big.bitLength() > 63) {
      throw new BadRowException("field " + at + ": a number is too large for INT64");
    }
    return number.longValue();
  }

  private static <T> T expect(Class<T> type, Object value, Schema schema, String at) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new BadRowException(
        "field "
            + at
            + ": a "
            + value.getClass().getSimpleName()
            + ", but earlier records of the topic have "
            + schema.type().getName()
            + " there");
  }
}
