package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import java.util.random.RandomGenerator;

/**
 * Spreads the first calls of tasks that start at the same moment: they would all make the same
 * tables and claims, and be limited for it. A task alone does not wait.
 */
final class StartJitter {
  private static final long PER_TASK_MS = 250;
  private static final long MOST_MS = 10_000;

  private final long delayMs;
  private final Sleeper sleeper;

  StartJitter(int tasks, RandomGenerator random, Sleeper sleeper) {
    long most = Math.min(MOST_MS, PER_TASK_MS * (tasks - 1));
    this.delayMs = most <= 0 ? 0 : random.nextLong(most);
    this.sleeper = sleeper;
  }

  /**
   * Waits; to be called once.
   *
   * @throws FaultException RETRY if the thread is interrupted
   */
  void await() {
    try {
      if (delayMs > 0) {
        sleeper.sleepMs(delayMs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.retry("interrupted before the first call", e);
    }
  }
}
