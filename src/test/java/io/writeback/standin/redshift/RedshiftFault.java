package io.writeback.standin.redshift;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** What goes wrong with a {@link RedshiftCall}. */
public sealed interface RedshiftFault {
  /** The statement fails with an error; its transaction is aborted. While connecting: FATAL. */
  record Raise(String sqlState, String message, String detail) implements RedshiftFault {}

  /** The connection is reset before the statement reaches the database, which rolls back. */
  record DropBefore() implements RedshiftFault {}

  /** The statement takes effect, then the connection is reset instead of an answer. */
  record DropAfter() implements RedshiftFault {}

  /** The statement is answered, then the connection is reset while the client is idle. */
  record DropWhenIdle() implements RedshiftFault {}

  /** The session is terminated in the middle of the statement, as an administrator would. */
  record Kill() implements RedshiftFault {}

  /** The statement is executed so much later. */
  record Slow(Duration delay) implements RedshiftFault {}

  /**
   * The statement stops until it is released, cancelled, timed out or terminated; a COPY stops in
   * the middle, with its locks held.
   */
  record Hang(CountDownLatch released) implements RedshiftFault {}

  /** A serializable conflict: error 1023 (Developer Guide, "Serializable isolation"). */
  static RedshiftFault serializationConflict() {
    return new Raise(
        "XX000",
        "1023",
        "Serializable isolation violation on table - 100167, transactions forming the cycle are:"
            + " 55705701, 55705754 (pid:16606)");
  }

  /** A table made after the snapshot of the transaction: error 1018 (same section). */
  static RedshiftFault relationCreatedAfterSnapshot() {
    return new Raise("XX000", "1018", "Relation does not exist.");
  }

  /** A conflict of two writers under snapshot isolation. */
  static RedshiftFault snapshotConflict() {
    return new Raise(
        "XX000", "could not complete because of conflict with concurrent transaction", "");
  }

  static RedshiftFault deadlock() {
    return new Raise(
        "40P01",
        "deadlock detected",
        "Process 4711 waits for AccessExclusiveLock on relation 100167 of database 100100; blocked"
            + " by process 4712.");
  }

  static RedshiftFault diskFull() {
    SqlFailure failure = SqlFailure.internal("Disk Full", 1016, "node: 0", 100_000);
    return new Raise(failure.sqlState(), failure.getMessage(), failure.detail());
  }

  static RedshiftFault permissionDenied(String relation) {
    return new Raise("42501", "permission denied for relation " + relation, "");
  }

  static RedshiftFault tooManyConnections() {
    return new Raise("53300", "too many connections for user", "");
  }
}
