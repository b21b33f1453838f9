package io.writeback.redshift;

/** Writes the values of one field. Stateless, made once per schema. */
@FunctionalInterface
interface Cell {
  /**
   * Writes a value that is not null.
   *
   * @return bytes of the value, for types whose size follows the data, else 0
   * @throws io.writeback.sink.BadRowException without the field's name
   */
  int write(Object value, CsvRow row);
}
