package io.writeback.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.junit.jupiter.api.Test;

class PluginTaskMetricsTest {
  @Test
  void twoTasksOnOneWorkerKeepTheirValuesApart() {
    try (Metrics registry = new Metrics();
        TaskMetrics first = metrics(registry, "0");
        TaskMetrics second = metrics(registry, "1")) {
      first.counter("rows-total", "rows").add(5);
      second.counter("rows-total", "rows").add(7);
      assertEquals(5.0, value(registry, "rows-total", "0"));
      assertEquals(7.0, value(registry, "rows-total", "1"));
      first.close();
      assertNull(value(registry, "rows-total", "0"));
      assertEquals(7.0, value(registry, "rows-total", "1"));
    }
  }

  @Test
  void theLastGaugeUnderANameWinsAndACounterIsOneCounter() {
    try (Metrics registry = new Metrics();
        TaskMetrics metrics = metrics(registry, "0")) {
      metrics.gauge("lag", "lag", () -> 1);
      metrics.gauge("lag", "lag", () -> 2);
      assertEquals(2.0, value(registry, "lag", "0"));
      metrics.counter("rows-total", "rows").add(1);
      metrics.counter("rows-total", "rows").add(2);
      assertEquals(3, metrics.counter("rows-total", "rows").value());
    }
  }

  @Test
  void aWorkerWithoutPluginMetricsGetsMetricsThatOnlyCount() {
    SinkTaskContext before41 =
        (SinkTaskContext)
            Proxy.newProxyInstance(
                SinkTaskContext.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, args) -> {
                  throw new NoSuchMethodError(method.getName());
                });
    TaskMetrics metrics = TaskMetrics.of(before41);
    metrics.counter("rows-total", "rows").add(3);
    assertEquals(3, metrics.counter("rows-total", "rows").value());
    metrics.close();
  }

  private static TaskMetrics metrics(Metrics registry, String task) {
    return PluginTaskMetrics.over(new PluginMetricsImpl(registry, Map.of("task", task)));
  }

  private static Double value(Metrics registry, String name, String task) {
    MetricName metric = registry.metricName(name, "plugins", Map.of("task", task));
    return registry.metric(metric) == null ? null : (Double) registry.metric(metric).metricValue();
  }
}
