package io.writeback.standin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Waits for what others bring about, threads or processes, with a deadline. */
public final class Await {
  /** Enough for a machine that does much else; a test that fails takes so long. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long STEP_MS = 20;

  private Await() {}

  public static void until(BooleanSupplier condition) {
    until("the condition", condition);
  }

  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited " + LIMIT + " for " + what);
      }
      LockSupport.parkNanos(STEP_MS * 1_000_000);
    }
  }

  /** Waits until the condition holds, as {@link #value} does. */
  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws InterruptedException {
    value(what, limit, condition, Boolean::booleanValue);
  }

  /**
   * The first value that will do. An exception of the source counts as "not yet", and the last one
   * is the cause of the failure; only an IllegalStateException is final at once.
   *
   * @throws IllegalStateException if the deadline passes first, or from the source
   */
  public static <T> T value(String what, Duration limit, Callable<T> source, Predicate<T> will)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T seen = null;
      Exception failure = null;
      try {
        seen = source.call();
        if (will.test(seen)) {
          return seen;
        }
      } catch (InterruptedException | IllegalStateException e) {
        throw e;
      } catch (Exception e) {
        failure = e;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "waited " + limit + " for " + what + ", last seen " + seen, failure);
      }
      Thread.sleep(STEP_MS);
    }
  }
}
