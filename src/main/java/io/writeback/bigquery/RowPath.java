package io.writeback.bigquery;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.List;

/** A way of writing rows at least once. Safe for use by many threads, one per claim at a time. */
interface RowPath extends AutoCloseable {
  /** A batch for rows; used by the task thread. */
  TableBatch newBatch(Claim claim, Target target);

  /** What came of a batch. */
  sealed interface Written {
    /** All its rows are durable. */
    record Landed() implements Written {}

    /** These rows are refused; others may have landed, and are left out when they come again. */
    record Refused(List<RejectedRow> rows) implements Written {}

    /** The table's columns are others than the rows were encoded for: they have to come again. */
    record Encoded() implements Written {}
  }

  Written write(Claim claim, TableBatch batch);

  /** A claim is given up. */
  void forget(Claim claim);

  @Override
  void close();
}
