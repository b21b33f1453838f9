package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.RowCursor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** The first rows of an order, holding no more than those. */
final class Sorted {
  private Sorted() {}

  static RowCursor first(RowCursor rows, Comparator<String[]> order, long count) {
    PriorityQueue<Arrived> kept = new PriorityQueue<>(Arrived.by(order).reversed());
    long at = 0;
    for (String[] row = rows.next(); row != null; row = rows.next()) {
      kept.add(new Arrived(row, at++));
      if (kept.size() > count) {
        kept.poll();
      }
    }
    List<Arrived> sorted = new ArrayList<>(kept);
    sorted.sort(Arrived.by(order));
    Iterator<Arrived> iterator = sorted.iterator();
    return new RowCursor() {
      @Override
      public String[] next() {
        return iterator.hasNext() ? iterator.next().row : null;
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  /** A row and its place in the input, which decides between equals. */
  private static final class Arrived {
    private final String[] row;
    private final long at;

    Arrived(String[] row, long at) {
      this.row = row;
      this.at = at;
    }

    static Comparator<Arrived> by(Comparator<String[]> order) {
      return Comparator.comparing((Arrived a) -> a.row, order).thenComparingLong(a -> a.at);
    }
  }
}
