package io.writeback.standin.bigquery.catalog;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may write which table (documentation page "Multi-statement transactions", "Transaction
 * concurrency"): UPDATE, DELETE, MERGE and TRUNCATE of one table exclude each other; inside a
 * transaction the later one is cancelled, outside it is queued. Appending excludes nothing. A
 * change of the schema waits for the writers.
 */
final class TableLocks {
  private static final Duration QUEUE = Duration.ofMinutes(2);

  private final Map<StoredTable, State> states = new HashMap<>();
  private long sequence;

  private static final class State {
    StoreSession mutator;
    StoreSession altering;
    long lastMutation;
    final Set<StoreSession> writers = new HashSet<>();
  }

  /** A point in the order of mutations: a transaction must not mutate what changed after it. */
  synchronized long now() {
    return sequence;
  }

  synchronized void append(StoredTable table, StoreSession session) {
    State state = state(table);
    awaitUntil(table, () -> state.altering == null || state.altering == session);
    state.writers.add(session);
  }

  synchronized void mutate(StoredTable table, StoreSession session) {
    State state = state(table);
    if (state.mutator != session) {
      if (session.inTransaction()) {
        if (state.mutator != null || state.lastMutation > session.began()) {
          throw concurrentUpdate(table);
        }
      } else {
        awaitUntil(table, () -> state.mutator == null);
      }
    }
    awaitUntil(table, () -> state.altering == null || state.altering == session);
    state.mutator = session;
    state.writers.add(session);
  }

  synchronized void alter(StoredTable table, StoreSession session) {
    State state = state(table);
    awaitUntil(
        table,
        () ->
            (state.altering == null || state.altering == session)
                && (state.writers.isEmpty() || state.writers.equals(Set.of(session))));
    state.altering = session;
  }

  synchronized void release(StoreSession session, boolean committed) {
    for (State state : states.values()) {
      state.writers.remove(session);
      if (state.altering == session) {
        state.altering = null;
      }
      if (state.mutator == session) {
        state.mutator = null;
        if (committed) {
          state.lastMutation = ++sequence;
        }
      }
    }
    states.values().removeIf(s -> s.writers.isEmpty() && s.altering == null && s.lastMutation == 0);
    notifyAll();
  }

  static ApiException concurrentUpdate(StoredTable table) {
    return new ApiException(
        400,
        "invalidQuery",
        "query",
        "Transaction is aborted due to concurrent update against table "
            + table.id()
            + ": could not serialize access to table "
            + table.id()
            + " due to concurrent update");
  }

  private State state(StoredTable table) {
    return states.computeIfAbsent(table, t -> new State());
  }

  private void awaitUntil(StoredTable table, java.util.function.BooleanSupplier free) {
    long deadline = System.nanoTime() + QUEUE.toNanos();
    while (!free.getAsBoolean()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw concurrentUpdate(table);
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ApiException(499, "stopped", "Job execution was cancelled");
      }
    }
  }
}
