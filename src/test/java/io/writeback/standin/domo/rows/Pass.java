package io.writeback.standin.domo.rows;

/** Reads a row source from its first row to its last. */
@FunctionalInterface
public interface Pass {
  void row(String[] cells);

  /** Gives every row to a reader; the number of rows. */
  static long over(RowSource rows, Pass reader) {
    long count = 0;
    try (RowCursor cursor = rows.open()) {
      for (String[] row = cursor.next(); row != null; row = cursor.next()) {
        reader.row(row);
        count++;
      }
    }
    return count;
  }
}
