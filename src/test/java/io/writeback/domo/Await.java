package io.writeback.domo;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for a condition, with a deadline. */
final class Await {
  private static final long STEP_MS = 50;

  private Await() {}

  static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
    value(what, limit, condition, Boolean::booleanValue);
  }

  /** The first value that will do. */
  static <T> T value(String what, Duration limit, Callable<T> source, Predicate<T> will)
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
