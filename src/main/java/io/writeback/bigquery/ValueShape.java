package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * A schema, and how values of another one get there. Immutable.
 *
 * @param how null if the values stay as they are
 */
record ValueShape(Schema schema, UnaryOperator<Object> how) {
  static ValueShape same(Schema schema) {
    return new ValueShape(schema, null);
  }

  boolean isSame() {
    return how == null;
  }

  /** The value in its new shape; a null stays one. */
  Object apply(Object value) {
    return value == null || how == null ? value : how.apply(value);
  }

  /** An array whose elements change. */
  static ValueShape array(Schema from, ValueShape element) {
    if (element.isSame()) {
      return same(from);
    }
    return new ValueShape(
        SchemaBuilder.array(element.schema()).optional().build(),
        value -> {
          List<Object> items = new ArrayList<>();
          ((List<?>) value).forEach(item -> items.add(element.apply(item)));
          return items;
        });
  }

  /**
   * A struct whose fields change.
   *
   * @param names of the fields, in their order
   * @param members their values
   */
  static ValueShape struct(Schema from, List<String> names, List<ValueShape> members) {
    boolean same = members.stream().allMatch(ValueShape::isSame);
    SchemaBuilder changed = SchemaBuilder.struct().name(from.name()).optional();
    for (int i = 0; i < names.size(); i++) {
      same &= names.get(i).equals(from.fields().get(i).name());
      changed.field(names.get(i), members.get(i).schema());
    }
    if (same) {
      return same(from);
    }
    Schema to = changed.build();
    return new ValueShape(to, value -> struct((Struct) value, to, members));
  }

  private static Struct struct(Struct from, Schema to, List<ValueShape> members) {
    Struct struct = new Struct(to);
    for (int i = 0; i < members.size(); i++) {
      Field field = from.schema().fields().get(i);
      try {
        struct.put(to.fields().get(i), members.get(i).apply(from.get(field)));
      } catch (BadRowException e) {
        throw new BadRowException("field " + field.name() + ": " + e.getMessage(), e);
      }
    }
    return struct;
  }
}
