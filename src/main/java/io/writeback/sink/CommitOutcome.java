package io.writeback.sink;

import java.util.List;

/** What became of a range. */
public sealed interface CommitOutcome {
  /** All its rows are durable, and so is the position {@code end}. */
  record Committed(long position) implements CommitOutcome {}

  /**
   * Nothing of the range was written, because the partition stands elsewhere: an earlier commit of
   * an unknown outcome, or a range that another owner began, has moved it. What is buffered from
   * here on is dropped and read again from the position.
   */
  record Moved(long position) implements CommitOutcome {}

  /** Somebody has claimed the partition after us. Nothing was written. */
  record Fenced(String byWhom) implements CommitOutcome {}

  /**
   * The warehouse refuses rows. Nothing of the range was written; the engine reports these and
   * offers the others again.
   */
  record Rejected(List<RejectedRow> rows) implements CommitOutcome {
    public Rejected {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A row that the warehouse refuses.
   *
   * @param offset original offset of its record
   * @param reason the warehouse's words: column and reason, not the value
   */
  record RejectedRow(long offset, String reason) {}
}
