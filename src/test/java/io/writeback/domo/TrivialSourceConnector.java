package io.writeback.domo;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * The least that a source can do: gives out the same batch of finished records again and again, and
 * when all are acknowledged a last one to another topic. What is left is the worker's own work.
 */
public final class TrivialSourceConnector extends SourceConnector {
  /** What the one task in this JVM sends. */
  static volatile Load load;

  /**
   * A run.
   *
   * @param batch given out again and again
   * @param rows how many in all, a multiple of the batch
   * @param endTopic where the last record goes
   */
  record Load(List<SourceRecord> batch, long rows, String endTopic) {}

  /** When the task began, or null. */
  static volatile Instant started;

  @Override
  public void start(Map<String, String> props) {}

  @Override
  public Class<? extends Task> taskClass() {
    return TrivialTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(Map.of());
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public void stop() {}

  @Override
  public String version() {
    return "1";
  }

  /** Its task. */
  public static final class TrivialTask extends SourceTask {
    private final AtomicLong acknowledged = new AtomicLong();
    private Load todo;
    private long given;
    private boolean ended;

    @Override
    public void start(Map<String, String> props) {
      todo = load;
      started = Instant.now();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
      if (given < todo.rows()) {
        given += todo.batch().size();
        return todo.batch();
      }
      if (ended || acknowledged.get() < todo.rows()) {
        Thread.sleep(1);
        return null;
      }
      ended = true;
      return List.of(
          new SourceRecord(
              Map.of("task", "0"), Map.of("end", 1), todo.endTopic(), Schema.STRING_SCHEMA, "end"));
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
      acknowledged.incrementAndGet();
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "1";
    }
  }
}
