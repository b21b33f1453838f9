package io.writeback.standin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Waits for what other threads bring about, with a deadline. */
public final class Await {
  /** Enough for a machine that does much else; a test that fails takes so long. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private static final long STEP_MS = 20;

  private Await() {}

  public static void until(BooleanSupplier condition) {
    until("the condition", condition);
  }

  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      LockSupport.parkNanos(STEP_MS * 1_000_000);
    }
  }

  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    value(what, limit, condition, Boolean::booleanValue);
  }

  /** The first value that will do. */
  public static <T> T value(String what, Duration limit, Callable<T> source, Predicate<T> will)
      throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T value = source.call();
      if (will.test(value)) {
        return value;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + limit + ": " + what + ", last seen " + value);
      }
      Thread.sleep(STEP_MS);
    }
  }
}
