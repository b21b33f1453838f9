package io.writeback.standin.domo.rows;

import java.util.List;

/**
 * Rows of a DataSet. Every pass gives the same rows in the same order, and no pass holds more than
 * a few rows in memory. Safe for use by many threads; each pass belongs to one.
 */
public interface RowSource {
  List<Column> columns();

  /** How many rows a pass gives. */
  long rowCount();

  RowCursor open();

  /** Position of a column. */
  default int indexOf(String column) {
    List<Column> columns = columns();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no column " + column + " in " + columns);
  }
}
