package io.writeback.local;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Rows that are counted as Domo hands them out. */
final class CountedRows implements RowSource {
  private final RowSource rows;
  private final AtomicLong count;

  CountedRows(RowSource rows, AtomicLong count) {
    this.rows = rows;
    this.count = count;
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
      @Override
      public String[] next() {
        String[] row = cursor.next();
        if (row != null) {
          count.incrementAndGet();
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
