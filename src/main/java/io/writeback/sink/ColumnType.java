package io.writeback.sink;

/** Types of columns, as records know them. Each warehouse maps them to its own. */
public enum ColumnType {
  BOOLEAN,
  INT8,
  INT16,
  INT32,
  INT64,
  FLOAT32,
  FLOAT64,
  STRING,
  BYTES,
  /** Exact, with a fixed number of digits after the point. */
  DECIMAL,
  /** A day, without time zone. */
  DATE,
  /** A time of day in milliseconds, without time zone. */
  TIME,
  /** A point in time in milliseconds, UTC. */
  TIMESTAMP,
  /** Has fields. */
  STRUCT,
  /** Has one field: its element. */
  ARRAY,
  /** Has two fields: key and value. */
  MAP
}
