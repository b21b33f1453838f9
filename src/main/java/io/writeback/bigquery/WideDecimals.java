package io.writeback.bigquery;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Decimals whose schema does not say how large they get: a row in which one is beyond NUMERIC, but
 * not beyond BIGNUMERIC, is a row of another schema, in which that field is BIGNUMERIC. Which one
 * it is depends on the row alone. Used by the task thread alone.
 */
final class WideDecimals {
  /** JDBC sources declare a column's digits by it; Connect itself knows the scale only. */
  static final String PRECISION = "connect.decimal.precision";

  private static final int KEPT = 64;

  private final Map<Schema, Boolean> watched = new LastUsed<>(KEPT);
  private Schema lastSchema;
  private boolean last;

  /** A row as it is, or with wider fields. */
  Struct of(Struct row) {
    if (row.schema() != lastSchema) {
      last = watched.computeIfAbsent(row.schema(), WideDecimals::isOpen);
      lastSchema = row.schema();
    }
    return last && exceeds(row.schema(), row)
        ? (Struct) wider(row.schema(), List.of(row)).apply(row)
        : row;
  }

  /** Whether a schema holds a decimal that becomes NUMERIC for want of knowing better. */
  private static boolean isOpen(Schema schema) {
    return switch (schema.type()) {
      case STRUCT -> schema.fields().stream().anyMatch(field -> isOpen(field.schema()));
      case ARRAY -> isOpen(schema.valueSchema());
      default -> isOpenDecimal(schema);
    };
  }

  private static boolean isOpenDecimal(Schema schema) {
    return Decimal.LOGICAL_NAME.equals(schema.name())
        && !schema.parameters().containsKey(PRECISION)
        && Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD))
            <= ColumnKind.NUMERIC_SCALE;
  }

  private static boolean exceeds(Schema schema, Object value) {
    if (value == null) {
      return false;
    }
    return switch (schema.type()) {
      case STRUCT -> anyExceeds(schema, (Struct) value);
      case ARRAY ->
          ((List<?>) value).stream().anyMatch(item -> exceeds(schema.valueSchema(), item));
      default ->
          isOpenDecimal(schema)
              && value instanceof BigDecimal number
              && !NumericText.isNumeric(number)
              && NumericText.isBigNumeric(number);
    };
  }

  private static boolean anyExceeds(Schema schema, Struct value) {
    for (Field field : schema.fields()) {
      if (exceeds(field.schema(), value.get(field))) {
        return true;
      }
    }
    return false;
  }

  /** The shape in which each of some values has room. */
  private static ValueShape wider(Schema schema, Collection<?> values) {
    if (values.stream().noneMatch(value -> exceeds(schema, value))) {
      return ValueShape.same(schema);
    }
    return switch (schema.type()) {
      case STRUCT -> {
        List<ValueShape> members = new ArrayList<>();
        for (Field field : schema.fields()) {
          List<Object> inside = new ArrayList<>();
          values.forEach(value -> inside.add(value == null ? null : ((Struct) value).get(field)));
          members.add(wider(field.schema(), inside));
        }
        yield ValueShape.struct(
            schema, schema.fields().stream().map(Field::name).toList(), members);
      }
      case ARRAY -> {
        List<Object> inside = new ArrayList<>();
        values.stream().filter(List.class::isInstance).forEach(v -> inside.addAll((List<?>) v));
        yield ValueShape.array(schema, wider(schema.valueSchema(), inside));
      }
      default -> bigNumeric();
    };
  }

  /** The scale tells the types apart: beyond nine digits after the point it is BIGNUMERIC. */
  static ValueShape bigNumeric() {
    int scale = ColumnKind.NUMERIC_SCALE + 1;
    return new ValueShape(
        Decimal.builder(scale).optional().build(), value -> ((BigDecimal) value).setScale(scale));
  }
}
