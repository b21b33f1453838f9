package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.Column;
import java.util.List;

/** Finds columns by name: exactly, else without regard to case. */
record Columns(List<Column> list) {
  int index(String name) throws SqlException {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).name().equals(name)) {
        return i;
      }
    }
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    throw new SqlException("unknown column '" + name + "'");
  }

  CellOrder order(int index) {
    return new CellOrder(list.get(index).type());
  }
}
