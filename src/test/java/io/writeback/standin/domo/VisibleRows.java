package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;

/** The rows that a policy lets an API client see. */
final class VisibleRows implements RowSource {
  private final RowSource all;
  private final PdpPolicy policy;
  private final int column;

  private VisibleRows(RowSource all, PdpPolicy policy) {
    this.all = all;
    this.policy = policy;
    this.column = all.indexOf(policy.column());
  }

  /** Content of a DataSet at a version as the client sees it. */
  static RowSource of(DomoDataSet dataSet, DataVersion version) {
    RowSource all = dataSet.contentAt(version);
    return dataSet.policy().<RowSource>map(p -> new VisibleRows(all, p)).orElse(all);
  }

  @Override
  public List<Column> columns() {
    return all.columns();
  }

  @Override
  public long rowCount() {
    long count = 0;
    try (RowCursor rows = open()) {
      while (rows.next() != null) {
        count++;
      }
    }
    return count;
  }

  @Override
  public RowCursor open() {
    RowCursor rows = all.open();
    return new RowCursor() {
      @Override
      public String[] next() {
        String[] row = rows.next();
        while (row != null && (row[column] == null || !policy.values().contains(row[column]))) {
          row = rows.next();
        }
        return row;
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }
}
