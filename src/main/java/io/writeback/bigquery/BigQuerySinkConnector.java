package io.writeback.bigquery;

import io.writeback.Version;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.SinkConfig;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Loads topics into BigQuery by load jobs, exactly once. Loads are free of charge; the position of
 * each partition is the chain of its jobs.
 */
public final class BigQuerySinkConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public void start(Map<String, String> props) {
    properties = Map.copyOf(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return BigQuerySinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> configs = new ArrayList<>(maxTasks);
    for (int task = 0; task < maxTasks; task++) {
      configs.add(SinkConfig.forTask(properties, task, maxTasks));
    }
    return configs;
  }

  /** Rules first; if they hold, the connection is tried. */
  @Override
  public Config validate(Map<String, String> props) {
    ConfigErrors errors = new ConfigErrors(config().validate(props));
    SinkConfig.validate(props, errors);
    BigQueryRules.check(props, errors);
    if (!errors.any()) {
      BigQueryPreflight.run(new BigQuerySinkConfig(props), errors);
    }
    return errors.result();
  }

  /** Positions live in BigQuery, so that is where they are changed. */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
    BigQuerySinkConfig config = new BigQuerySinkConfig(connectorConfig);
    try {
      return new BigQueryDestinations(
              config.sink(), config.bigQuery(), Clock.systemUTC(), Sleeper.real())
          .setPositions(offsets);
    } catch (FaultException e) {
      throw new ConnectException("Positions were not changed: " + e.getMessage(), e);
    }
  }

  @Override
  public ConfigDef config() {
    return BigQuerySinkConfig.definition();
  }

  @Override
  public void stop() {}

  @Override
  public String version() {
    return Version.current();
  }
}
