package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which columns and rows of a DataSet are wanted: a projection, which keeps the order of the
 * DataSet, and a filter.
 */
final class RowSelection {
  private final List<DomoColumn> all;
  private final List<DomoColumn> kept;
  private final int[] places;
  private final Optional<RowFilter> filter;

  /**
   * Selects.
   *
   * @param projection names of the wanted columns, empty for all
   * @throws FaultException of kind configuration if a column is missing or of another type
   */
  RowSelection(List<DomoColumn> all, List<String> projection, Optional<Condition> condition) {
    this.all = List.copyOf(all);
    Set<Integer> wanted = new LinkedHashSet<>();
    projection.forEach(name -> wanted.add(DomoColumn.index(all, name, "domo.columns")));
    this.places = new int[all.size()];
    int next = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = wanted.isEmpty() || wanted.contains(i) ? next++ : -1;
    }
    this.kept = wanted.isEmpty() ? this.all : wanted.stream().sorted().map(all::get).toList();
    this.filter = condition.map(c -> new RowFilter(c, this.all));
  }

  /** Everything. */
  static RowSelection all(List<DomoColumn> columns) {
    return new RowSelection(columns, List.of(), Optional.empty());
  }

  /** The columns as they are in Domo. */
  List<DomoColumn> all() {
    return all;
  }

  /** The wanted columns. */
  List<DomoColumn> columns() {
    return kept;
  }

  Optional<RowFilter> filter() {
    return filter;
  }

  /** The place of a column among the wanted ones, or -1. */
  int place(int column) {
    return places[column];
  }

  /** Starts a pass over the rows, which also looks at these columns. */
  Pass pass(int... columns) {
    return new Pass(columns);
  }

  /** Collects the cells of a row that the filter needs. One pass, one thread. */
  final class Pass {
    private final boolean[] needed = new boolean[all.size()];
    private final Object[] cells = new Object[all.size()];

    private Pass(int... more) {
      filter.ifPresent(f -> f.columns().forEach(column -> needed[column] = true));
      for (int column : more) {
        needed[column] = true;
      }
    }

    /**
     * Sees a cell that is not null.
     *
     * @throws IllegalArgumentException if it is not of its type, without its text
     */
    void cell(int column, char[] buf, int offset, int length) {
      if (needed[column]) {
        cells[column] = CellValue.of(all.get(column).type(), buf, offset, length);
      }
    }

    /** The value of a cell of this row, or null. */
    Object value(int column) {
      return cells[column];
    }

    /** Whether the row is wanted; all its cells have been seen. */
    boolean wanted() {
      return filter.isEmpty() || filter.get().wants(cells);
    }

    void endRow() {
      Arrays.fill(cells, null);
    }
  }
}
