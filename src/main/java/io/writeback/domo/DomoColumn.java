package io.writeback.domo;

import java.util.List;
import java.util.Objects;

/** A column as Domo names it. */
record DomoColumn(String name, ColumnType type) {
  DomoColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }

  /** 16 hex digits that change whenever a name, a type or the order of the columns does. */
  static String fingerprint(List<DomoColumn> columns) {
    Fingerprint print = new Fingerprint();
    columns.forEach(column -> print.add(column.name()).add(column.type().name()));
    return print.hex();
  }
}
