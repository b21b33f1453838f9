package io.writeback.bigquery;

import io.writeback.Version;
import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.Sleeper;
import io.writeback.sink.SinkEngine;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A shell around the engine. */
public final class BigQuerySinkTask extends SinkTask {
  private SinkEngine engine;

  @Override
  public void start(Map<String, String> props) {
    BigQuerySinkConfig config = new BigQuerySinkConfig(props);
    Clock clock = Clock.systemUTC();
    engine =
        new SinkEngine(
            config.sink(),
            new BigQueryDestinations(config.sink(), config.bigQuery(), clock, Sleeper.real())
                .open(),
            context,
            TaskMetrics.of(context),
            clock);
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
    if (engine != null) {
      engine.stop();
    }
  }

  @Override
  public String version() {
    return Version.current();
  }
}
