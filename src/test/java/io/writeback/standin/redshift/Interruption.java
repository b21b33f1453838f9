package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What can stop a statement that the proxy itself carries out: cancel request, statement timeout,
 * end of the session in PostgreSQL.
 */
final class Interruption {
  private final BackendLink link;
  private volatile boolean active;
  private volatile boolean cancelled;
  private long deadlineNanos;
  private boolean limited;

  Interruption(BackendLink link) {
    this.link = link;
  }

  /** Begins a statement of the proxy with a timeout; 0 for none. */
  void begin(long timeoutMs) {
    cancelled = false;
    limited = timeoutMs > 0;
    deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    active = true;
  }

  /** Whether such a statement runs. */
  boolean active() {
    return active;
  }

  void end() {
    active = false;
  }

  /** Asks to stop; false if no such statement runs. Called by other threads. */
  boolean cancel() {
    cancelled = active;
    return cancelled;
  }

  /** Throws if the statement is to stop. */
  void check() throws IOException {
    if (cancelled) {
      throw new SqlFailure("57014", "Query cancelled on user's request");
    }
    if (limited && System.nanoTime() - deadlineNanos > 0) {
      throw new SqlFailure("57014", "canceling statement due to statement timeout");
    }
  }

  /** Waits until released or to be stopped. */
  void await(CountDownLatch released) throws IOException {
    try {
      while (!released.await(20, TimeUnit.MILLISECONDS)) {
        check();
        if (link.hasSomethingToSay()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SessionEnded("the stand-in is being closed");
    }
  }
}
