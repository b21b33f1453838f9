package io.writeback.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;

/**
 * Metrics through the worker's own registry (KIP-877, Connect 4.1 and later), where they appear as
 * {@code kafka.connect:type=plugins,connector=…,task=…}. Plain gauges, because sensors of two tasks
 * on one worker share their name and so their values.
 *
 * <p>The only class that touches {@link PluginMetrics}: on an older worker it cannot be linked, and
 * {@link TaskMetrics} answers with metrics that nobody sees.
 */
final class PluginTaskMetrics implements TaskMetrics {
  private final PluginMetrics registry;
  private final ConcurrentMap<String, LongCounter> counters = new ConcurrentHashMap<>();
  private final Map<String, MetricName> names = new LinkedHashMap<>();

  private PluginTaskMetrics(PluginMetrics registry) {
    this.registry = registry;
  }

  /** Over the registry of a task; null, which a test's context may give, shows nobody. */
  static TaskMetrics over(PluginMetrics registry) {
    return registry == null ? TaskMetrics.none() : new PluginTaskMetrics(registry);
  }

  @Override
  public Counter counter(String name, String description) {
    return counters.computeIfAbsent(
        name,
        n -> {
          LongCounter counter = new LongCounter();
          gauge(n, description, counter::value);
          return counter;
        });
  }

  @Override
  public synchronized void gauge(String name, String description, DoubleSupplier value) {
    MetricName old = names.remove(name);
    if (old != null) {
      registry.removeMetric(old);
    }
    MetricName metric = registry.metricName(name, description, new LinkedHashMap<>());
    registry.addMetric(metric, (Gauge<Double>) (config, now) -> value.getAsDouble());
    names.put(name, metric);
  }

  @Override
  public synchronized void close() {
    // The worker removes them after stop() too; a second removal is harmless.
    names.values().forEach(registry::removeMetric);
    names.clear();
  }
}
