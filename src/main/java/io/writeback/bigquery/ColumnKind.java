package io.writeback.bigquery;

import io.writeback.sink.ColumnType;
import io.writeback.sink.TableColumn;

/**
 * What a column of a record is in BigQuery: a type there, and a unit here. Covers Connect's own
 * types, its logical types, and Debezium's.
 */
enum ColumnKind {
  BOOL("BOOLEAN"),
  INT64("INTEGER"),
  FLOAT64("FLOAT"),
  STRING("STRING"),
  BYTES("BYTES"),
  NUMERIC("NUMERIC"),
  BIGNUMERIC("BIGNUMERIC"),
  /** A decimal with more than 38 digits after the point: BigQuery has no number for it. */
  DECIMAL_TEXT("STRING"),
  /** Unscaled bytes and scale in one struct. */
  VARIABLE_DECIMAL("BIGNUMERIC"),
  JSON("JSON"),
  /** A java.util.Date at midnight UTC. */
  CONNECT_DATE("DATE"),
  EPOCH_DAYS("DATE"),
  /** A java.util.Date on the first of January 1970. */
  CONNECT_TIME("TIME"),
  MILLIS_OF_DAY("TIME"),
  MICROS_OF_DAY("TIME"),
  NANOS_OF_DAY("TIME"),
  /** Text with an offset; converted to UTC. */
  ZONED_TIME("TIME"),
  /** A java.util.Date. */
  CONNECT_TIMESTAMP("TIMESTAMP"),
  EPOCH_MILLIS("TIMESTAMP"),
  EPOCH_MICROS("TIMESTAMP"),
  EPOCH_NANOS("TIMESTAMP"),
  /** Text with an offset. */
  ZONED_TIMESTAMP("TIMESTAMP"),
  STRUCT("RECORD"),
  ARRAY(""),
  MAP("RECORD");

  /** NUMERIC: 29 digits before the point, 9 after. */
  static final int NUMERIC_SCALE = 9;

  /** BIGNUMERIC: 38 digits after the point, and a bit more than 38 before. */
  static final int BIGNUMERIC_SCALE = 38;

  private final String bigQueryType;

  ColumnKind(String bigQueryType) {
    this.bigQueryType = bigQueryType;
  }

  /** The type as the REST API spells it. */
  String bigQueryType() {
    return bigQueryType;
  }

  static ColumnKind of(TableColumn column) {
    ColumnKind debezium = debezium(column.logical().orElse(""), column.type());
    return debezium != null ? debezium : plain(column);
  }

  private static ColumnKind plain(TableColumn column) {
    return switch (column.type()) {
      case BOOLEAN -> BOOL;
      case INT8, INT16, INT32, INT64 -> INT64;
      case FLOAT32, FLOAT64 -> FLOAT64;
      case STRING -> STRING;
      case BYTES -> BYTES;
      case DECIMAL -> decimal(column.scale().orElse(0));
      case DATE -> CONNECT_DATE;
      case TIME -> CONNECT_TIME;
      case TIMESTAMP -> CONNECT_TIMESTAMP;
      case STRUCT -> STRUCT;
      case ARRAY -> ARRAY;
      case MAP -> MAP;
    };
  }

  private static ColumnKind decimal(int scale) {
    if (scale <= NUMERIC_SCALE) {
      return NUMERIC;
    }
    return scale <= BIGNUMERIC_SCALE ? BIGNUMERIC : DECIMAL_TEXT;
  }

  /** Names: Debezium documentation, "Temporal types" and "Semantic types"; null for any other. */
  private static ColumnKind debezium(String logical, ColumnType type) {
    return switch (logical) {
      case "io.debezium.time.Date" -> EPOCH_DAYS;
      case "io.debezium.time.Time" -> MILLIS_OF_DAY;
      case "io.debezium.time.MicroTime" -> MICROS_OF_DAY;
      case "io.debezium.time.NanoTime" -> NANOS_OF_DAY;
      case "io.debezium.time.ZonedTime" -> ZONED_TIME;
      case "io.debezium.time.Timestamp" -> EPOCH_MILLIS;
      case "io.debezium.time.MicroTimestamp" -> EPOCH_MICROS;
      case "io.debezium.time.NanoTimestamp" -> EPOCH_NANOS;
      case "io.debezium.time.ZonedTimestamp" -> ZONED_TIMESTAMP;
      case "io.debezium.data.VariableScaleDecimal" ->
          type == ColumnType.STRUCT ? VARIABLE_DECIMAL : null;
      case "io.debezium.data.Json" -> JSON;
      default -> null;
    };
  }
}
