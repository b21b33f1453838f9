package io.writeback.domo;

import java.util.Locale;

/** The six column types of a DataSet (DataSet API, "Schema"). */
enum ColumnType {
  STRING,
  LONG,
  DOUBLE,
  DECIMAL,
  DATE,
  DATETIME;

  /** The type of that name; anything unknown is text, which loses nothing. */
  static ColumnType of(String name) {
    if (name != null) {
      String upper = name.trim().toUpperCase(Locale.ROOT);
      for (ColumnType type : values()) {
        if (type.name().equals(upper)) {
          return type;
        }
      }
    }
    return STRING;
  }
}
