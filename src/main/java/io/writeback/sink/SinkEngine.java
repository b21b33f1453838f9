package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What a sink task delegates to: turns records into ranges, makes them durable through a {@link
 * Destination}, and keeps the promise of exactly-once towards Connect.
 *
 * <p>All methods are called by the task thread. None of them waits for the warehouse, except {@link
 * #close} and {@link #stop}, up to {@code close.timeout.ms}.
 */
public final class SinkEngine {
  /**
   * A new engine; it owns the destination from now on and closes it in {@link #stop}.
   *
   * @param clock tells the time for intervals and backoff
   */
  public SinkEngine(
      SinkSettings settings,
      Destination destination,
      SinkTaskContext context,
      TaskMetrics metrics,
      InstantSource clock) {}

  /** Begins to claim the partitions. They stay paused until each claim is there. */
  public void open(Collection<TopicPartition> partitions) {}

  /**
   * Takes records, and drives everything else: finished claims and commits, flushes, retries.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException if going on is impossible; never a
   *     RetriableException
   */
  public void put(Collection<SinkRecord> records) {}

  /** What Kafka may record as consumed: only what is durable. Never waits, never throws. */
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> current) {
    return Map.of();
  }

  /** Gives partitions up; any partition may be named, owned or not. */
  public void close(Collection<TopicPartition> partitions) {}

  /** Gives everything up and closes the destination. */
  public void stop() {}
}
