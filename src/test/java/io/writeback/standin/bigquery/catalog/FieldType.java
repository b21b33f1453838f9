package io.writeback.standin.bigquery.catalog;

import java.util.Arrays;
import java.util.Locale;

/**
 * Column types: their name in REST (legacy SQL names, as the service returns them), their GoogleSQL
 * name, and what holds them in DuckDB.
 *
 * <p>BIGNUMERIC is held as DECIMAL(38,18): 20 digits before the point and 18 after it instead of 38
 * and 38; a value that does not fit is refused. GEOGRAPHY, INTERVAL and RANGE are held as text.
 */
public enum FieldType {
  INT64("INTEGER", "BIGINT"),
  FLOAT64("FLOAT", "DOUBLE"),
  NUMERIC("NUMERIC", "DECIMAL(38,9)"),
  BIGNUMERIC("BIGNUMERIC", "DECIMAL(38,18)"),
  BOOL("BOOLEAN", "BOOLEAN"),
  STRING("STRING", "VARCHAR"),
  BYTES("BYTES", "BLOB"),
  DATE("DATE", "DATE"),
  TIME("TIME", "TIME"),
  DATETIME("DATETIME", "TIMESTAMP"),
  TIMESTAMP("TIMESTAMP", "TIMESTAMPTZ"),
  JSON("JSON", "JSON"),
  GEOGRAPHY("GEOGRAPHY", "VARCHAR"),
  INTERVAL("INTERVAL", "VARCHAR"),
  RANGE("RANGE", "VARCHAR"),
  STRUCT("RECORD", "STRUCT");

  private final String restName;
  private final String duck;

  FieldType(String restName, String duck) {
    this.restName = restName;
    this.duck = duck;
  }

  public String restName() {
    return restName;
  }

  String duck() {
    return duck;
  }

  /** Reads either spelling: INTEGER and INT64, RECORD and STRUCT, and the DDL aliases. */
  public static FieldType parse(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return switch (upper) {
      case "INT", "SMALLINT", "BIGINT", "TINYINT", "BYTEINT" -> INT64;
      case "DECIMAL" -> NUMERIC;
      case "BIGDECIMAL" -> BIGNUMERIC;
      default ->
          Arrays.stream(values())
              .filter(type -> type.name().equals(upper) || type.restName.equals(upper))
              .findFirst()
              .orElseThrow(() -> ApiException.invalid("Invalid value for type: " + name));
    };
  }
}
