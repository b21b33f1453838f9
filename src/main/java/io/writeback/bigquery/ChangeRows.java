package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.Target;
import io.writeback.sink.UpsertKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Records as changes of rows: the fields of the value, and those of the key that it lacks; of a
 * tombstone only the key. For the task thread.
 */
final class ChangeRows {
  private final UpsertKey key;
  private final Map<Schemas, Shape> shapes = new HashMap<>();
  private final Map<Target, Schema> lastRow = new HashMap<>();

  ChangeRows(UpsertKey key) {
    this.key = key;
  }

  private record Schemas(Schema key, Schema value) {}

  private record Shape(List<UpsertKey.Part> parts, Schema row) {}

  /** The names of the key's fields in such records. */
  List<String> keyFields(SinkRow row) {
    return shape(row).parts().stream().map(UpsertKey.Part::name).toList();
  }

  /**
   * The row that a record changes.
   *
   * @throws BadRowException if its key is not whole
   */
  Struct of(Target target, SinkRow row) {
    Shape shape = shape(row);
    boolean delete = row.record().value() == null;
    Schema schema = shape.row();
    if (delete) {
      // In the shape of the rows around it, so that they share a request.
      Schema around = lastRow.get(target);
      if (around != null && shape.parts().stream().allMatch(p -> holds(around, p))) {
        schema = around;
      }
    } else {
      lastRow.put(target, schema);
    }
    Struct merged = new Struct(schema);
    if (!delete) {
      Struct value = (Struct) row.record().value();
      for (Field field : value.schema().fields()) {
        merged.put(field.name(), value.get(field));
      }
    }
    for (UpsertKey.Part part : shape.parts()) {
      Object known = part.value().apply(row.record());
      if (known == null) {
        throw new BadRowException("field " + part.name() + " of the key is null");
      }
      merged.put(part.name(), known);
    }
    return merged;
  }

  private static boolean holds(Schema schema, UpsertKey.Part part) {
    Field field = schema.field(part.name());
    return field != null && field.schema().type() == part.schema().type();
  }

  private Shape shape(SinkRow row) {
    Schemas schemas = new Schemas(row.record().keySchema(), row.record().valueSchema());
    return shapes.computeIfAbsent(
        row.record().value() == null ? new Schemas(schemas.key(), null) : schemas, this::shape);
  }

  private Shape shape(Schemas schemas) {
    List<UpsertKey.Part> parts = key.parts(schemas.key(), schemas.value());
    SchemaBuilder merged = SchemaBuilder.struct();
    if (schemas.value() != null) {
      if (schemas.value().type() != Schema.Type.STRUCT) {
        throw new BadRowException(
            "a row is expected to be a struct, found " + schemas.value().type().getName());
      }
      schemas.value().fields().forEach(field -> merged.field(field.name(), field.schema()));
    }
    for (UpsertKey.Part part : parts) {
      if (merged.field(part.name()) == null) {
        merged.field(part.name(), part.schema());
      }
    }
    return new Shape(parts, merged.build());
  }
}
