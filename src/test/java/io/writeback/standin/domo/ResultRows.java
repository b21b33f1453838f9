package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.sql.SqlException;
import io.writeback.standin.domo.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a statement returns; each pass runs it again, in the same order.
 *
 * @param cap most rows
 * @param orderSeed decides the order where the statement leaves it open; null keeps the source's
 */
record ResultRows(RowSource source, Statement statement, long cap, Long orderSeed)
    implements RowSource {
  @Override
  public List<Column> columns() {
    return statement.resultColumns();
  }

  @Override
  public long rowCount() {
    throw new UnsupportedOperationException("known only by running the statement");
  }

  @Override
  public RowCursor open() {
    return over(source.open());
  }

  /** Runs over rows that come from elsewhere. */
  RowCursor over(RowCursor rows) {
    try {
      return statement.run(rows, cap, orderSeed == null ? null : new SplittableRandom(orderSeed));
    } catch (SqlException e) {
      throw new IllegalStateException("names were bound before", e);
    }
  }
}
