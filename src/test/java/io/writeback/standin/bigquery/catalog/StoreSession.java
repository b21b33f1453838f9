package io.writeback.standin.bigquery.catalog;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;

/**
 * One connection to the store with at most one transaction. Used by one thread. Work outside of a
 * transaction of the user's is a transaction of its own.
 */
public final class StoreSession implements AutoCloseable {
  /** Work in the store. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws SQLException;
  }

  private final TableLocks locks;
  private final DuckDBConnection connection;
  private final List<Runnable> afterCommit = new ArrayList<>();
  private boolean inTransaction;
  private long began;

  StoreSession(TableLocks locks, DuckDBConnection connection) {
    this.locks = locks;
    this.connection = connection;
  }

  public DuckDBConnection connection() {
    return connection;
  }

  /** Whether the user began a transaction. */
  public boolean inTransaction() {
    return inTransaction;
  }

  long began() {
    return began;
  }

  public void begin() {
    began = locks.now();
    execute("BEGIN TRANSACTION");
    inTransaction = true;
  }

  public void commit() {
    finish(true);
  }

  public void rollback() {
    finish(false);
  }

  /** To run when the current transaction has been committed, not at all if it is rolled back. */
  public void onCommit(Runnable action) {
    afterCommit.add(action);
  }

  /** Announces rows to be added. */
  public void appendTo(StoredTable table) {
    locks.append(table, this);
  }

  /**
   * Announces an UPDATE, DELETE, MERGE or TRUNCATE.
   *
   * @throws ApiException the service's serialization error, inside a transaction that is too late
   */
  public void mutate(StoredTable table) {
    locks.mutate(table, this);
  }

  /** Announces a change of the schema. */
  void alter(StoredTable table) {
    locks.alter(table, this);
  }

  /** Runs in the user's transaction, or in one of its own. */
  public <T> T run(Work<T> work) {
    if (inTransaction) {
      return guarded(work);
    }
    execute("BEGIN TRANSACTION");
    boolean done = false;
    try {
      T result = guarded(work);
      done = true;
      return result;
    } finally {
      finish(done);
    }
  }

  /** Runs one statement. */
  public void execute(String sql) {
    guarded(
        () -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return null;
          }
        });
  }

  private void finish(boolean commit) {
    inTransaction = false;
    boolean committed = false;
    try {
      execute(commit ? "COMMIT" : "ROLLBACK");
      committed = commit;
      if (committed) {
        afterCommit.forEach(Runnable::run);
      }
    } finally {
      afterCommit.clear();
      locks.release(this, committed);
    }
  }

  private static <T> T guarded(Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw StoreErrors.translate(e);
    }
  }

  @Override
  public void close() {
    try (connection) {
      if (inTransaction) {
        rollback();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      locks.release(this, false);
    }
  }
}
