package io.writeback.standin.domo.rows;

/**
 * The column types of a DataSet (Domo developer portal, DataSet API, "schema"). A cell is held as
 * its canonical text: DATE {@code yyyy-MM-dd}, DATETIME {@code yyyy-MM-dd'T'HH:mm:ss} in UTC.
 */
public enum DomoType {
  STRING,
  LONG,
  DOUBLE,
  DECIMAL,
  DATE,
  DATETIME;

  public boolean isNumber() {
    return this == LONG || this == DOUBLE || this == DECIMAL;
  }
}
