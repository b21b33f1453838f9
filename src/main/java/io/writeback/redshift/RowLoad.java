package io.writeback.redshift;

import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** How the rows of a flush get into their targets, by write mode. */
interface RowLoad {
  /** Tables to lock beside the progress table, with full names in quotes. */
  List<String> locks(Collection<Target> targets);

  /** What can be done before the transaction, in its session. */
  void stage(Session session, List<StagedRange> ranges) throws SQLException;

  /**
   * Tries to load all rows, and lets the warehouse note each one that it refuses. Runs in a
   * transaction that is rolled back.
   *
   * @return rows that no COPY refuses, but a constraint of the target
   */
  List<Refused> provoke(Session session, List<StagedRange> ranges) throws SQLException;

  /** A row of a partition that the target refuses. */
  record Refused(int partition, long offset, String reason) {}

  /** The part inside the transaction. Some of the ranges that were staged may be missing. */
  void write(Session session, List<StagedRange> due) throws SQLException;
}
