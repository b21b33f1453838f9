package io.writeback.domo;

import io.writeback.Version;
import io.writeback.metrics.TaskMetrics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Replicates Domo DataSets into Kafka. With {@code exactly.once.support=required}, every row of a
 * version arrives once, and a manifest on {@code snapshot.topic} says when a version is complete.
 *
 * <p>Task configurations hold the selection, an index and a count; each task finds for itself what
 * it owns. So a new DataSet reconfigures nothing.
 */
public final class DomoSourceConnector extends SourceConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return Version.current();
  }

  @Override
  public ConfigDef config() {
    return DomoSourceConfig.DEF;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return DomoSourceTask.class;
  }

  @Override
  public void start(Map<String, String> props) {
    properties = Map.copyOf(props);
  }

  @Override
  public void stop() {}

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    DatasetSelection selection = new DomoSourceConfig(properties).selection();
    int tasks = selection.discovers() ? maxTasks : Math.min(maxTasks, selection.named().size());
    List<Map<String, String>> configs = new ArrayList<>();
    for (int index = 0; index < tasks; index++) {
      Map<String, String> config = new HashMap<>(properties);
      config.put(DomoConfigDef.TASK_INDEX, Integer.toString(index));
      config.put(DomoConfigDef.TASK_COUNT, Integer.toString(tasks));
      configs.add(config);
    }
    return configs;
  }

  /** Checks the rules, then really connects to Domo. */
  @Override
  public Config validate(Map<String, String> props) {
    Config config = super.validate(props);
    new ConfigValidation(config, props)
        .run(settings -> new HttpDomoApi(settings, TaskMetrics.none(), InstantSource.system()));
    return config;
  }

  /**
   * Every row carries its own progress, so a restart goes on behind the last committed row; but not
   * where rows are read by a cursor that does not tell them apart, or twice by design.
   */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
    return CursorRules.weakness(props).isEmpty()
        ? ExactlyOnceSupport.SUPPORTED
        : ExactlyOnceSupport.UNSUPPORTED;
  }

  /**
   * One poll is one transaction. A transaction for each version would keep every record of it on
   * the heap until its commit.
   */
  @Override
  public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> props) {
    return ConnectorTransactionBoundaries.UNSUPPORTED;
  }

  @Override
  public boolean alterOffsets(
      Map<String, String> config, Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach((partition, offset) -> OffsetChange.check(config, partition, offset));
    return true;
  }
}
