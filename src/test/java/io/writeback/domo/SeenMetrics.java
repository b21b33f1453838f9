package io.writeback.domo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;

/** What a worker's registry shows of a task. */
final class SeenMetrics implements PluginMetrics {
  private final Map<String, MetricValueProvider<?>> values = new ConcurrentHashMap<>();

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** The value now. */
  double value(String name) {
    return ((Number) ((Gauge<?>) values.get(name)).value(null, 0)).doubleValue();
  }

  @Override
  @SuppressWarnings("NonApiType") // Kafka's own signature.
  public MetricName metricName(
      String name, String description, LinkedHashMap<String, String> tags) {
    return new MetricName(name, "plugins", description, tags);
  }

  @Override
  public void addMetric(MetricName name, MetricValueProvider<?> value) {
    values.put(name.name(), value);
  }

  @Override
  public void removeMetric(MetricName name) {
    values.remove(name.name());
  }

  @Override
  public Sensor addSensor(String name) {
    throw new UnsupportedOperationException("sensors of two tasks share their name");
  }

  @Override
  public void removeSensor(String name) {
    throw new UnsupportedOperationException("no sensor was ever added");
  }
}
