package io.writeback.redshift;

import java.sql.SQLException;
import java.util.List;

/**
 * BEGIN, LOCK, work, COMMIT, and which of the ways of failing it was: what may be done next depends
 * on that.
 */
record Transaction(Session session, ConnectionSettings settings) {
  /**
   * Runs.
   *
   * @param lock full names in quotes, sorted
   * @throws SQLException if nothing of it is left, and the session is of no use any more
   */
  <T> T run(List<String> lock, Sessions.Work<T> work)
      throws SQLException, LockTimeout, RolledBack, UnknownOutcome {
    session.execute("SET statement_timeout TO " + settings.lockTimeoutMs());
    session.execute("BEGIN");
    try {
      session.execute("LOCK TABLE " + String.join(", ", lock));
    } catch (SQLException e) {
      rollback(session, e);
      if (RedshiftFaults.isTimeout(e)) {
        throw new LockTimeout(e);
      }
      if ("42P01".equals(e.getSQLState())) {
        throw new TableGoneException("cannot lock " + String.join(", ", lock), e);
      }
      throw new RolledBack(e);
    }
    T result;
    try {
      session.execute("SET statement_timeout TO " + settings.statementTimeoutMs());
      result = work.run(session);
    } catch (SQLException e) {
      rollback(session, e);
      throw new RolledBack(e);
    } catch (RuntimeException e) {
      rollback(session, e);
      throw e;
    }
    try {
      session.execute("COMMIT");
    } catch (SQLException e) {
      throw new UnknownOutcome(e);
    }
    return result;
  }

  /** Ends the transaction, or throws its failure if even that fails. */
  static void rollback(Session session, SQLException failure) throws SQLException {
    try {
      session.execute("ROLLBACK");
    } catch (SQLException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  /** Ends the transaction after a failure of our own, which is what is to be told. */
  private static void rollback(Session session, RuntimeException failure) {
    try {
      session.execute("ROLLBACK");
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /** The first lock was not to be had. */
  static final class LockTimeout extends Exception {
    private static final long serialVersionUID = 1L;

    private LockTimeout(SQLException cause) {
      super(cause);
    }
  }

  /** The COMMIT was sent and not answered. */
  static final class UnknownOutcome extends Exception {
    private static final long serialVersionUID = 1L;
    private final SQLException failure;

    private UnknownOutcome(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }

  /** A statement failed and nothing of the transaction is left; the session is sound. */
  static final class RolledBack extends Exception {
    private static final long serialVersionUID = 1L;
    private final SQLException failure;

    private RolledBack(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }
}
