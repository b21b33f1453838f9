package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Another order of the same rows, holding a window of them. Nothing documents a stable order of an
 * unsorted query, so a client that pages without ORDER BY must not get away with it.
 */
final class WindowShuffle implements RowCursor {
  private static final int WINDOW = 10_000;

  private final RowCursor rows;
  private final RandomGenerator random;
  private final List<String[]> window = new ArrayList<>();
  private boolean ended;

  WindowShuffle(RowCursor rows, RandomGenerator random) {
    this.rows = rows;
    this.random = random;
  }

  @Override
  public String[] next() {
    while (!ended && window.size() < WINDOW) {
      String[] row = rows.next();
      if (row == null) {
        ended = true;
      } else {
        window.add(row);
      }
    }
    if (window.isEmpty()) {
      return null;
    }
    int last = window.size() - 1;
    int drawn = random.nextInt(window.size());
    String[] row = window.get(drawn);
    window.set(drawn, window.get(last));
    window.remove(last);
    return row;
  }

  @Override
  public void close() {
    rows.close();
  }
}
