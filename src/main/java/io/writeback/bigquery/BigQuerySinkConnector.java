package io.writeback.bigquery;

import io.writeback.config.ConfigErrors;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.EngineConnector;
import io.writeback.sink.SinkConfig;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Writes topics to BigQuery by streams, inserts or load jobs. Which of them is exactly once is said
 * by {@code bigquery.write.method}; the positions of those lie in BigQuery.
 */
public final class BigQuerySinkConnector extends EngineConnector {
  @Override
  public Class<? extends Task> taskClass() {
    return BigQuerySinkTask.class;
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
}
