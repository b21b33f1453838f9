package io.writeback.bigquery;

import io.writeback.sink.CommitOutcome.RejectedRow;
import java.util.List;

/** What came of an append. */
sealed interface AppendResult {
  /** Every row has landed. */
  record Landed() implements AppendResult {}

  /** These rows are refused; others before them may have landed. */
  record Refused(List<RejectedRow> rows) implements AppendResult {}

  /** Somebody else has the partition now. */
  record Lost(String toWhom) implements AppendResult {}
}
