package io.writeback.metrics;

import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceTaskContext;

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

  /** Metrics of a sink task; ones that nobody sees on a worker before Connect 4.1. */
  static TaskMetrics of(SinkTaskContext context) {
    // The call is inside the try, not in a method reference: that would be linked outside of it.
    try {
      return PluginTaskMetrics.over(context.pluginMetrics());
    } catch (LinkageError olderThan41) {
      return none();
    }
  }

  /** Metrics of a source task; ones that nobody sees on a worker before Connect 4.1. */
  static TaskMetrics of(SourceTaskContext context) {
    try {
      return PluginTaskMetrics.over(context.pluginMetrics());
    } catch (LinkageError olderThan41) {
      return none();
    }
  }
}
