package io.writeback.domo;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.Pass;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Any number of rows made of a few: the first column counts, the rest repeats. Costs nothing to
 * make and no memory, so that what reads them is what is measured.
 */
record RepeatedRows(List<Column> columns, List<String[]> few, long rowCount) implements RowSource {
  /**
   * Rows.
   *
   * @param source the few; its first column is a LONG
   */
  static RowSource of(RowSource source, long rowCount) {
    List<String[]> few = new ArrayList<>();
    Pass.over(source, row -> few.add(row.clone()));
    return new RepeatedRows(source.columns(), few, rowCount);
  }

  /** The first rows, in memory. */
  ListRows first(int rows) {
    String[][] cells = new String[rows][];
    try (RowCursor cursor = open()) {
      for (int i = 0; i < rows; i++) {
        cells[i] = cursor.next();
      }
    }
    return ListRows.of(columns, cells);
  }

  @Override
  public RowCursor open() {
    return new RowCursor() {
      private long next;

      @Override
      public String[] next() {
        if (next == rowCount) {
          return null;
        }
        String[] row = few.get((int) (next++ % few.size())).clone();
        row[0] = Long.toString(next);
        return row;
      }
    };
  }
}
