package io.writeback.metrics;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;

/** Metrics that nobody sees: the counters still count, for log lines. */
final class NoMetrics implements TaskMetrics {
  private final ConcurrentMap<String, LongCounter> counters = new ConcurrentHashMap<>();

  @Override
  public Counter counter(String name, String description) {
    return counters.computeIfAbsent(name, n -> new LongCounter());
  }

  @Override
  public void gauge(String name, String description, DoubleSupplier value) {}

  @Override
  public void close() {}
}
