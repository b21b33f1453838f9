package io.writeback.standin.s3;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition. */
final class Await {
  private static final long LIMIT_NANOS = 10_000_000_000L;

  private Await() {}

  static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LIMIT_NANOS) {
        throw new AssertionError("the condition did not come true within 10 s");
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
