package io.writeback.redshift;

import io.writeback.config.ConfigErrors;
import io.writeback.retry.FaultException;
import io.writeback.sink.EngineConnector;
import io.writeback.sink.SinkConfig;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Loads topics into Redshift by S3 and COPY, exactly once. The position of each partition is kept
 * in Redshift and moves in the transaction that loads the rows.
 */
public final class RedshiftSinkConnector extends EngineConnector {
  @Override
  public Class<? extends Task> taskClass() {
    return RedshiftSinkTask.class;
  }

  /** Rules first; if they hold, the connection is tried. */
  @Override
  public Config validate(Map<String, String> props) {
    ConfigErrors errors = new ConfigErrors(config().validate(props));
    SinkConfig.validate(props, errors);
    RedshiftRules.check(props, errors);
    if (!errors.any()) {
      Preflight.run(props, errors);
    }
    return errors.result();
  }

  /** Positions live in Redshift, so that is where they are changed. */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<TopicPartition, Long> offsets) {
    try (RedshiftParts parts = RedshiftParts.of(new RedshiftSinkConfig(connectorConfig))) {
      new Positions(parts).set(offsets);
      return true;
    } catch (FaultException e) {
      throw new ConnectException("Positions were not changed: " + e.getMessage(), e);
    }
  }

  @Override
  public ConfigDef config() {
    return RedshiftSinkConfig.definition();
  }
}
