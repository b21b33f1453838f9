package io.writeback.metrics;

import java.util.function.DoubleSupplier;

/**
 * Where a task's figures go. Names are lower case with dashes and carry their unit, such as {@code
 * rows-written-total} or {@code commit-latency-ms}. Safe for use by many threads.
 */
public interface TaskMetrics extends AutoCloseable {
  /**
   * A value that only grows, under its name; a second call with the name gives the same counter.
   */
  Counter counter(String name, String description);

  /** A value read when somebody looks. The last supplier registered under a name wins. */
  void gauge(String name, String description, DoubleSupplier value);

  @Override
  void close();

  /** A sum of events. */
  interface Counter {
    void add(long n);

    long value();
  }

  /** Counts, and shows nobody. */
  static TaskMetrics none() {
    return new NoMetrics();
  }
}
