package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Makes a row of a record's value: a struct whose schema has a column for each field. A value
 * without schema gets the one of its topic; maps become what the configuration asks for. Used by
 * the task thread alone.
 */
final class RowShape {
  private static final int KEPT = 64;

  /** What becomes of a map. */
  enum Maps {
    /** A repeated record with key and value. */
    RECORDS,
    /** A JSON column. */
    JSON,
    /** Its row is refused. */
    FAIL
  }

  /** A schema, and how values get there; null if they stay as they are. */
  private record Shape(Schema schema, UnaryOperator<Object> how) {}

  private final Maps maps;
  private final SchemalessRows schemaless = new SchemalessRows();
  private final Map<Schema, Shape> shapes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Schema, Shape> eldest) {
          return size() > KEPT;
        }
      };
  private Schema lastSchema;
  private Shape last;

  RowShape(Maps maps) {
    this.maps = maps;
  }

  /**
   * The row of a record.
   *
   * @throws BadRowException if it has none
   */
  Struct of(SinkRow row) {
    Object value = row.record().value();
    if (value instanceof Struct struct) {
      return maps == Maps.RECORDS ? struct : shaped(struct);
    }
    if (value instanceof Map<?, ?> map) {
      return schemaless.of(row.record().topic(), map);
    }
    throw new BadRowException(
        value == null
            ? "a record without a value is no row in write.mode append or overwrite"
            : "a row is expected to be a struct or a map, found "
                + value.getClass().getSimpleName()
                + ": set a value.converter that delivers them");
  }

  /** The same record with the row as its value; a tombstone stays one. */
  SinkRow asStruct(SinkRow row) {
    if (row.record().value() == null) {
      return row;
    }
    Struct value = of(row);
    return value == row.record().value()
        ? row
        : new SinkRow(
            row.record()
                .newRecord(
                    row.record().topic(),
                    row.record().kafkaPartition(),
                    row.record().keySchema(),
                    row.record().key(),
                    value.schema(),
                    value,
                    row.record().timestamp(),
                    row.record().headers()),
            row.offset(),
            row.ordinal());
  }

  private Struct shaped(Struct struct) {
    if (struct.schema() != lastSchema) {
      last = shapes.computeIfAbsent(struct.schema(), this::shape);
      lastSchema = struct.schema();
    }
    return last.how() == null ? struct : (Struct) last.how().apply(struct);
  }

  private Shape shape(Schema schema) {
    return switch (schema.type()) {
      case STRUCT -> struct(schema);
      case ARRAY -> array(schema);
      case MAP -> map(schema);
      default -> new Shape(schema, null);
    };
  }

  private Shape map(Schema schema) {
    if (maps == Maps.FAIL) {
      throw new BadRowException("it is a map, which bigquery.map=fail refuses");
    }
    return maps == Maps.RECORDS
        ? new Shape(schema, null)
        : new Shape(JsonText.SCHEMA, JsonText.of(schema)::write);
  }

  private Shape array(Schema schema) {
    Shape element = shape(schema.valueSchema());
    if (element.how() == null) {
      return new Shape(schema, null);
    }
    Schema changed = SchemaBuilder.array(element.schema()).optional().build();
    return new Shape(
        changed,
        value -> {
          List<Object> items = new ArrayList<>();
          ((List<?>) value)
              .forEach(item -> items.add(item == null ? null : element.how().apply(item)));
          return items;
        });
  }

  private Shape struct(Schema schema) {
    List<Shape> members = new ArrayList<>();
    SchemaBuilder changed = SchemaBuilder.struct().name(schema.name()).optional();
    for (Field field : schema.fields()) {
      try {
        members.add(shape(field.schema()));
      } catch (BadRowException e) {
        throw new BadRowException("field " + field.name() + ": " + e.getMessage(), e);
      }
      changed.field(field.name(), members.get(members.size() - 1).schema());
    }
    if (members.stream().allMatch(member -> member.how() == null)) {
      return new Shape(schema, null);
    }
    Schema to = changed.build();
    return new Shape(to, value -> struct((Struct) value, to, members));
  }

  private static Struct struct(Struct from, Schema to, List<Shape> members) {
    Struct struct = new Struct(to);
    for (int i = 0; i < members.size(); i++) {
      Field field = from.schema().fields().get(i);
      Object value = from.get(field);
      UnaryOperator<Object> how = members.get(i).how();
      try {
        struct.put(to.fields().get(i), value == null || how == null ? value : how.apply(value));
      } catch (BadRowException e) {
        throw new BadRowException("field " + field.name() + ": " + e.getMessage(), e);
      }
    }
    return struct;
  }
}
