package io.writeback.standin.domo.rows;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** A few rows in memory, for tests. */
public final class ListRows implements RowSource {
  private final List<Column> columns;
  private final List<String[]> rows;

  private ListRows(List<Column> columns, List<String[]> rows) {
    this.columns = List.copyOf(columns);
    this.rows = List.copyOf(rows);
  }

  /**
   * Rows from their cells.
   *
   * @param rows cells in canonical text, null for null
   */
  public static ListRows of(List<Column> columns, String[]... rows) {
    for (String[] row : rows) {
      if (row.length != columns.size()) {
        throw new IllegalArgumentException(
            Arrays.toString(row) + " does not fit " + columns.size() + " columns");
      }
    }
    return new ListRows(columns, Arrays.stream(rows).map(String[]::clone).toList());
  }

  /** Reads another source into memory. */
  public static ListRows copyOf(RowSource source) {
    List<String[]> rows = new java.util.ArrayList<>();
    Pass.over(source, rows::add);
    return new ListRows(source.columns(), rows);
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public long rowCount() {
    return rows.size();
  }

  @Override
  public RowCursor open() {
    Iterator<String[]> iterator = rows.iterator();
    return () -> iterator.hasNext() ? iterator.next().clone() : null;
  }
}
