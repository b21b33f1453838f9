package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import org.apache.kafka.connect.data.Struct;

/** The value of a record as a row. */
final class RowValue {
  private RowValue() {}

  /**
   * The struct that a record holds.
   *
   * @throws BadRowException if it is none
   */
  static Struct of(SinkRow row) {
    Object value = row.record().value();
    if (value instanceof Struct struct) {
      return struct;
    }
    throw new BadRowException(
        value == null
            ? "a record without a value is no row in write.mode append or overwrite"
            : "a row is expected to be a struct with a schema, found "
                + value.getClass().getSimpleName()
                + ": set a value.converter that delivers schemas");
  }
}
