package io.writeback.sink;

import io.writeback.Version;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkConnector;

/** What the connectors of all warehouses have in common: tasks that differ by their number only. */
public abstract class EngineConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public final void start(Map<String, String> props) {
    properties = Map.copyOf(props);
  }

  @Override
  public final List<Map<String, String>> taskConfigs(int maxTasks) {
    return IntStream.range(0, maxTasks)
        .mapToObj(task -> SinkConfig.forTask(properties, task, maxTasks))
        .toList();
  }

  @Override
  public final void stop() {}

  @Override
  public final String version() {
    return Version.current();
  }
}
