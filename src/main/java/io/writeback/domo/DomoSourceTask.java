package io.writeback.domo;

import io.writeback.Version;
import io.writeback.metrics.TaskMetrics;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A task of the Domo source: starts a {@link SnapshotSource} and hands every call to it. */
public final class DomoSourceTask extends SourceTask {
  private final BiFunction<DomoSourceConfig, TaskMetrics, DomoApi> apis;
  private final InstantSource clock;
  private SnapshotSource source;

  /** For Connect. */
  public DomoSourceTask() {
    this(
        (config, metrics) -> new HttpDomoApi(config.http(), metrics, InstantSource.system()),
        InstantSource.system());
  }

  DomoSourceTask(BiFunction<DomoSourceConfig, TaskMetrics, DomoApi> apis, InstantSource clock) {
    this.apis = apis;
    this.clock = clock;
  }

  @Override
  public String version() {
    return Version.current();
  }

  @Override
  public void start(Map<String, String> properties) {
    DomoSourceConfig config = new DomoSourceConfig(properties);
    TaskMetrics metrics = TaskMetrics.of(context);
    source =
        new SnapshotSource(
                config, context.offsetStorageReader(), metrics, apis.apply(config, metrics), clock)
            .start();
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return source.poll();
  }

  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    source.acknowledged(record, metadata);
  }

  @Override
  public void stop() {
    // Connect stops a task that failed to start, too.
    if (source != null) {
      source.close();
      source = null;
    }
  }
}
