package io.writeback.local;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows whose reading can be watched: how far the furthest pass is. A count is a pass too, so passes
 * are not added up.
 */
final class CountedRows implements RowSource {
  private final RowSource rows;
  private final AtomicLong furthest;

  CountedRows(RowSource rows, AtomicLong furthest) {
    this.rows = rows;
    this.furthest = furthest;
  }

  @Override
  public List<Column> columns() {
    return rows.columns();
  }

  @Override
  public long rowCount() {
    return rows.rowCount();
  }

  @Override
  public RowCursor open() {
    RowCursor cursor = rows.open();
    return new RowCursor() {
      private long rowsOfThisPass;

      @Override
      public String[] next() {
        String[] row = cursor.next();
        if (row != null) {
          furthest.accumulateAndGet(++rowsOfThisPass, Math::max);
        }
        return row;
      }

      @Override
      public void close() {
        cursor.close();
      }
    };
  }
}
