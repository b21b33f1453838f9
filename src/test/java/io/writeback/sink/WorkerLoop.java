package io.writeback.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Calls an engine in the order in which Connect's WorkerSinkTask calls a task: a due commit comes
 * before the poll, a seek asked for in {@code put} happens at the beginning of the next poll,
 * offsets count as current once {@code put} has returned, pauses survive a rebalance.
 */
final class WorkerLoop implements SinkTaskContext {
  private final FakeKafka kafka;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Map<TopicPartition, Long> current = new HashMap<>();
  private final Map<TopicPartition, Long> seeks = new HashMap<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private final Set<TopicPartition> assigned = new LinkedHashSet<>();
  private SinkEngine engine;
  private long timeoutMs = -1;
  private boolean commitRequested;
  private Runnable duringPoll = () -> {};
  UnaryOperator<SinkRecord> transform = record -> record;
  ErrantRecordReporter reporter;
  int maxPollRecords = 4;

  WorkerLoop(FakeKafka kafka) {
    this.kafka = kafka;
    this.reporter = this::report;
  }

  void runs(SinkEngine started) {
    engine = started;
  }

  /** A rebalance in the next poll: after the seeks, before the records of that poll. */
  void duringPoll(Runnable rebalance) {
    duringPoll = rebalance;
  }

  void assign(TopicPartition... partitions) {
    for (TopicPartition p : partitions) {
      assigned.add(p);
      positions.put(p, kafka.committed.getOrDefault(p, kafka.start(p)));
      current.put(p, positions.get(p));
    }
    engine.open(List.of(partitions));
    rewind();
  }

  void revoke(TopicPartition... partitions) {
    commit(Set.of(partitions));
    leave(partitions);
    // As in Connect, their pauses and their current offsets stay: only a loss clears the latter.
  }

  void lose(TopicPartition... partitions) {
    leave(partitions);
    current.keySet().removeAll(Set.of(partitions));
  }

  private void leave(TopicPartition... partitions) {
    rewind();
    engine.close(List.of(partitions));
    if (!seeks.isEmpty()) {
      throw new AssertionError("close asks for a seek that a put would overtake: " + seeks);
    }
    assigned.removeAll(List.of(partitions));
  }

  /** One turn of the task's thread. */
  void iteration(boolean commitDue) {
    if (commitDue || commitRequested) {
      commitRequested = false;
      commit(current.keySet());
    }
    rewind();
    timeoutMs = -1;
    Runnable rebalance = duringPoll;
    duringPoll = () -> {};
    rebalance.run();
    List<SinkRecord> batch = new ArrayList<>();
    Map<TopicPartition, Long> delivered = new HashMap<>();
    for (TopicPartition p : assigned) {
      if (!paused.contains(p)) {
        fetch(p, batch, delivered);
      }
    }
    put(batch, delivered);
  }

  /** Delivers a batch whatever the consumer's position is. */
  void put(Collection<SinkRecord> batch, Map<TopicPartition, Long> delivered) {
    engine.put(batch);
    current.putAll(delivered);
  }

  Map<TopicPartition, OffsetAndMetadata> commit(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    partitions.forEach(
        p -> {
          if (current.containsKey(p)) {
            offsets.put(p, new OffsetAndMetadata(current.get(p)));
          }
        });
    Map<TopicPartition, OffsetAndMetadata> committed = engine.preCommit(offsets);
    committed.forEach(
        (p, at) -> {
          if (assigned.contains(p) && at.offset() <= current.get(p)) {
            kafka.committed.put(p, at.offset());
          }
        });
    return committed;
  }

  boolean isPaused(TopicPartition partition) {
    return paused.contains(partition);
  }

  boolean caughtUp(TopicPartition partition) {
    return positions.get(partition) >= kafka.end(partition);
  }

  long timeoutMs() {
    return timeoutMs;
  }

  Set<TopicPartition> assigned() {
    return assigned;
  }

  private void fetch(
      TopicPartition p, List<SinkRecord> batch, Map<TopicPartition, Long> delivered) {
    long from = positions.get(p);
    if (from < kafka.start(p) || from > kafka.end(p)) {
      from = kafka.start(p); // auto.offset.reset=earliest
    }
    int taken = 0;
    for (Map.Entry<Long, Optional<SinkRecord>> entry : kafka.log(p).tailMap(from).entrySet()) {
      if (taken++ == maxPollRecords) {
        break;
      }
      entry.getValue().map(transform).ifPresent(batch::add);
      from = entry.getKey() + 1;
      delivered.put(p, from);
    }
    positions.put(p, from);
  }

  private void rewind() {
    seeks.forEach(
        (p, offset) -> {
          if (!assigned.contains(p)) {
            throw new IllegalStateException("seek of " + p + ", which is not assigned");
          }
          positions.put(p, offset);
          current.put(p, offset);
        });
    seeks.clear();
  }

  private Future<Void> report(SinkRecord record, Throwable error) {
    kafka.reported.add(
        record.originalTopic()
            + "-"
            + record.originalKafkaPartition()
            + "@"
            + record.originalKafkaOffset());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Map<String, String> configs() {
    return Map.of();
  }

  @Override
  public void offset(Map<TopicPartition, Long> offsets) {
    seeks.putAll(offsets);
  }

  @Override
  public void offset(TopicPartition tp, long offset) {
    seeks.put(tp, offset);
  }

  @Override
  public void timeout(long timeout) {
    timeoutMs = timeout;
  }

  @Override
  public Set<TopicPartition> assignment() {
    return assigned;
  }

  @Override
  public void pause(TopicPartition... partitions) {
    paused.addAll(List.of(partitions));
  }

  @Override
  public void resume(TopicPartition... partitions) {
    List.of(partitions).forEach(paused::remove);
  }

  @Override
  public void requestCommit() {
    commitRequested = true;
  }

  @Override
  public ErrantRecordReporter errantRecordReporter() {
    return reporter;
  }

  @Override
  public PluginMetrics pluginMetrics() {
    return null;
  }
}
