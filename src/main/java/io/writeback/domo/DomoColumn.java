package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Objects;

/** A column as Domo names it. */
record DomoColumn(String name, ColumnType type) {
  DomoColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }

  /**
   * Where the column of that name is.
   *
   * @param key the setting that names it, for the message
   * @throws FaultException of kind configuration if there is none, or more than one
   */
  static int index(List<DomoColumn> columns, String name, String key) {
    int found = -1;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        if (found >= 0) {
          throw FaultException.configuration(
              key + ": the DataSet has more than one column \"" + name + "\"", null);
        }
        found = i;
      }
    }
    if (found < 0) {
      throw FaultException.configuration(
          String.format(
              "%s: the DataSet has no column \"%s\"; it has %s",
              key, name, columns.stream().map(DomoColumn::name).toList()),
          null);
    }
    return found;
  }

  /** 16 hex digits that change whenever a name, a type or the order of the columns does. */
  static String fingerprint(List<DomoColumn> columns) {
    Fingerprint print = new Fingerprint();
    columns.forEach(column -> print.add(column.name()).add(column.type().name()));
    return print.hex();
  }
}
