package io.writeback.local;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, up to a deadline. */
public final class Await {
  private static final long POLL_MS = 100;

  private Await() {}

  /**
   * Waits until the condition holds. An exception of the condition counts as "not yet" and the last
   * one is the cause of the failure; only an IllegalStateException is final at once.
   *
   * @throws IllegalStateException if the deadline passes first, or from the condition
   */
  public static void until(String what, Duration patience, Callable<Boolean> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Exception last = null;
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (InterruptedException | IllegalStateException e) {
        throw e;
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + patience.toSeconds() + " s for " + what, last);
      }
      Thread.sleep(POLL_MS);
    }
  }
}
