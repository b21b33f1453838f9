package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A connector whose warehouse is a fake in this JVM, for tests with real workers. */
public final class FakeSinkConnector extends SinkConnector {
  static final FakeWarehouse WAREHOUSE = new FakeWarehouse();

  private Map<String, String> properties;

  @Override
  public void start(Map<String, String> props) {
    properties = props;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return FakeSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return IntStream.range(0, maxTasks)
        .mapToObj(task -> SinkConfig.forTask(properties, task, maxTasks))
        .toList();
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return SinkConfig.define(new ConfigDef());
  }

  @Override
  public String version() {
    return "1";
  }

  /** A shell around the engine. */
  public static final class FakeSinkTask extends SinkTask {
    private SinkEngine engine;

    @Override
    public void start(Map<String, String> props) {
      SinkSettings settings =
          SinkConfig.settings(new AbstractConfig(SinkConfig.define(new ConfigDef()), props), "ns");
      engine =
          new SinkEngine(
              settings,
              new FakeDestination(WAREHOUSE, settings),
              context,
              TaskMetrics.none(),
              Clock.systemUTC());
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
      engine.open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      engine.put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(
        Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
      return engine.preCommit(currentOffsets);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
      engine.close(partitions);
    }

    @Override
    public void stop() {
      engine.stop();
    }

    @Override
    public String version() {
      return "1";
    }
  }
}
