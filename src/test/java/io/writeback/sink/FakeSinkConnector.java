package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/** A connector whose warehouse is a fake in this JVM, for tests with real workers. */
public final class FakeSinkConnector extends EngineConnector {
  /** Of the running test. */
  static volatile FakeWarehouse warehouse = new FakeWarehouse();

  @Override
  public Class<? extends Task> taskClass() {
    return FakeSinkTask.class;
  }

  @Override
  public ConfigDef config() {
    return SinkConfig.define(new ConfigDef());
  }

  /** The engine with the fake behind it. */
  public static final class FakeSinkTask extends EngineTask {
    @Override
    protected SinkEngine engine(Map<String, String> props) {
      SinkSettings settings =
          SinkConfig.settings(new AbstractConfig(SinkConfig.define(new ConfigDef()), props), "ns");
      return new SinkEngine(
          settings,
          new FakeDestination(warehouse, settings),
          context,
          TaskMetrics.none(),
          Clock.systemUTC());
    }
  }
}
