package io.writeback.standin;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, for at most ten seconds. */
public final class Await {
  private static final long LIMIT_NANOS = 10_000_000_000L;

  private Await() {}

  public static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("the condition did not come true within 10 s");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
