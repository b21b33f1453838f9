package io.writeback.sink;

import io.writeback.Version;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A shell around the engine, the same for every warehouse. */
public abstract class EngineTask extends SinkTask {
  private SinkEngine engine;

  /** The engine of a task with this config; {@link #context} is set. */
  protected abstract SinkEngine engine(Map<String, String> props);

  @Override
  public final void start(Map<String, String> props) {
    engine = engine(props);
  }

  @Override
  public final void open(Collection<TopicPartition> partitions) {
    engine.open(partitions);
  }

  @Override
  public final void put(Collection<SinkRecord> records) {
    engine.put(records);
  }

  @Override
  public final Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    return engine.preCommit(currentOffsets);
  }

  @Override
  public final void close(Collection<TopicPartition> partitions) {
    engine.close(partitions);
  }

  /** Connect calls this after a start that failed, too. */
  @Override
  public final void stop() {
    if (engine != null) {
      engine.stop();
    }
  }

  @Override
  public final String version() {
    return Version.current();
  }
}
