package io.writeback.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A counter over a {@link LongAdder}. */
final class LongCounter implements TaskMetrics.Counter {
  private final LongAdder sum = new LongAdder();

  @Override
  public void add(long n) {
    sum.add(n);
  }

  @Override
  public long value() {
    return sum.sum();
  }
}
