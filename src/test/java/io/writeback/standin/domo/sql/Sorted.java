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
    // Arrival breaks ties, so that the order in which rows come decides between equals.
    record Arrived(String[] row, long at) {}
    Comparator<Arrived> full =
        Comparator.comparing(Arrived::row, order).thenComparingLong(Arrived::at);
    PriorityQueue<Arrived> kept = new PriorityQueue<>(full.reversed());
    long at = 0;
    for (String[] row = rows.next(); row != null; row = rows.next()) {
      kept.add(new Arrived(row, at++));
      if (kept.size() > count) {
        kept.poll();
      }
    }
    List<Arrived> sorted = new ArrayList<>(kept);
    sorted.sort(full);
    Iterator<Arrived> iterator = sorted.iterator();
    return new RowCursor() {
      @Override
      public String[] next() {
        return iterator.hasNext() ? iterator.next().row() : null;
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }
}
