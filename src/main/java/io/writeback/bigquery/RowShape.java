package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
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

  /** What decides whether a decimal needs BIGNUMERIC. */
  enum Decimals {
    /** The digits that its schema declares, or else those of each value. */
    AUTO,
    /** Nothing: every decimal gets it. */
    BIGNUMERIC
  }

  /**
   * What becomes of values that BigQuery has more than one type for, or none.
   *
   * @param floats what becomes of NaN and infinities
   * @param naming how fields get their columns
   * @param facts that rows tell about their records
   */
  record Rules(
      Maps maps,
      Decimals decimals,
      TypeChange typeChange,
      FloatPolicy floats,
      ColumnNaming naming,
      RecordFacts facts) {
    /** What is configured by default. */
    static final Rules USUAL = new Rules(Maps.RECORDS, Decimals.AUTO, TypeChange.ROWS);

    Rules(Maps maps, Decimals decimals, TypeChange typeChange) {
      this(maps, decimals, typeChange, FloatPolicy.KEEP, ColumnNaming.UNDERSCORE, RecordFacts.NONE);
    }

    Rules with(FloatPolicy other) {
      return new Rules(maps, decimals, typeChange, other, naming, facts);
    }

    Rules with(ColumnNaming other) {
      return new Rules(maps, decimals, typeChange, floats, other, facts);
    }

    Rules telling(RecordFacts others) {
      return new Rules(maps, decimals, typeChange, floats, naming, others);
    }

    /** Whether a decimal's value may make it BIGNUMERIC; a type is not to change if that stops. */
    boolean widens() {
      return decimals == Decimals.AUTO && typeChange != TypeChange.FAIL;
    }
  }

  private static final int NUMERIC_WHOLE_DIGITS = 29;

  private final Rules rules;
  private final SchemalessRows schemaless;
  private final WideDecimals wide = new WideDecimals();
  private final Map<Schema, ValueShape> shapes = new LastUsed<>(KEPT);
  private final Map<Schema, Schema> told = new LastUsed<>(KEPT);
  private Schema lastSchema;
  private ValueShape last;
  private Schema lastUntold;
  private Schema lastTold;

  RowShape(Rules rules) {
    this.rules = rules;
    this.schemaless = new SchemalessRows(rules.typeChange() == TypeChange.COLUMN);
  }

  /**
   * The row of a record.
   *
   * @throws BadRowException if it has none
   */
  Struct of(SinkRow row) {
    Struct struct = struct(row);
    return rules.facts().isEmpty() ? struct : told(row, struct);
  }

  private Struct told(SinkRow row, Struct struct) {
    if (struct.schema() != lastUntold) {
      lastTold =
          told.computeIfAbsent(
              struct.schema(), schema -> rules.facts().with(schema, rules.naming()));
      lastUntold = struct.schema();
    }
    return rules.facts().of(row, struct, lastTold);
  }

  private Struct struct(SinkRow row) {
    Object value = row.record().value();
    if (value instanceof Struct struct) {
      return shaped(struct);
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
    Struct row = (Struct) last.apply(struct);
    return rules.widens() ? wide.of(row) : row;
  }

  private ValueShape shape(Schema schema) {
    return switch (schema.type()) {
      case STRUCT -> struct(schema);
      case ARRAY -> array(schema);
      case MAP -> map(schema);
      default ->
          Decimal.LOGICAL_NAME.equals(schema.name()) ? decimal(schema) : ValueShape.same(schema);
    };
  }

  /** The scale tells the types apart: beyond nine digits after the point it is BIGNUMERIC. */
  private ValueShape decimal(Schema schema) {
    int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
    int precision = Integer.parseInt(schema.parameters().getOrDefault(WideDecimals.PRECISION, "0"));
    boolean big =
        rules.decimals() == Decimals.BIGNUMERIC || precision - scale > NUMERIC_WHOLE_DIGITS;
    if (!big || scale > ColumnKind.NUMERIC_SCALE) {
      return ValueShape.same(schema);
    }
    return WideDecimals.bigNumeric();
  }

  private ValueShape map(Schema schema) {
    if (rules.maps() == Maps.FAIL) {
      throw new BadRowException("it is a map, which bigquery.map=fail refuses");
    }
    return rules.maps() == Maps.RECORDS
        ? ValueShape.same(schema)
        : new ValueShape(JsonText.SCHEMA, JsonText.of(schema, rules.floats())::write);
  }

  private ValueShape array(Schema schema) {
    return ValueShape.array(schema, shape(schema.valueSchema()));
  }

  private ValueShape struct(Schema schema) {
    List<ValueShape> members = new ArrayList<>();
    for (Field field : schema.fields()) {
      try {
        members.add(shape(field.schema()));
      } catch (BadRowException e) {
        throw new BadRowException("field " + field.name() + ": " + e.getMessage(), e);
      }
    }
    return ValueShape.struct(schema, schema.fields().stream().map(Field::name).toList(), members);
  }
}
