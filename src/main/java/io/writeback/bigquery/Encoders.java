package io.writeback.bigquery;

import io.writeback.sink.SinkRow;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Encoders by schema, the last few used. A schema object is recognised at once; only another object
 * is compared by value. Used by the task thread alone.
 */
final class Encoders {
  private static final int KEPT = 64;

  private final Map<Schema, NdjsonEncoder> bySchema = new LastUsed<>(KEPT);

  private final RowShape.Rules rules;
  private final RowShape rows;
  private Schema last;
  private NdjsonEncoder lastEncoder;

  Encoders(RowShape.Rules rules) {
    this.rules = rules;
    this.rows = new RowShape(rules);
  }

  /** The row of a record. */
  Struct row(SinkRow row) {
    return rows.of(row);
  }

  /** The record with a row that has a schema. */
  SinkRow asStruct(SinkRow row) {
    return rows.asStruct(row);
  }

  NdjsonEncoder of(Schema schema) {
    if (schema != last) {
      lastEncoder = bySchema.computeIfAbsent(schema, s -> NdjsonEncoder.of(s, rules));
      last = schema;
    }
    return lastEncoder;
  }
}
