package io.writeback.sink;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * A warehouse, as the engine sees it. The engine decides which records make up a range and when;
 * the destination makes a range durable exactly once and says who owns a partition.
 *
 * <p>Objects that a destination hands out ({@link Claim}, {@link TableBatch}) come back only to the
 * destination that made them. Every failure is a {@link io.writeback.retry.FaultException}; a RETRY
 * is tried again by the engine with backoff, for as long as it takes.
 *
 * <p>Threads: {@link #newBatch} and the batches are used by the task thread alone; {@link #claim},
 * {@link #commit}, {@link #release} and the {@link SnapshotStore} block and are called by worker
 * threads, {@code commit} by one at a time per {@link #commitGroup}.
 */
public interface Destination extends AutoCloseable {
  /**
   * Takes a partition: from now on no earlier claim can change its rows or its position.
   *
   * @param kafkaPosition where Kafka will start reading, if that is known yet; used only if the
   *     warehouse has no position
   */
  Claim claim(TopicPartition partition, OptionalLong kafkaPosition);

  /** Partitions with equal groups are committed together, and never two commits at a time. */
  String commitGroup(TopicPartition partition);

  /**
   * A new, empty batch.
   *
   * @param start the first offset of the range that it belongs to
   * @param snapshot the snapshot for which the rows are staged, or empty to land in the target
   */
  TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot);

  /**
   * Makes ranges of one commit group durable, each wholly or not at all, with its position.
   *
   * <p>May be called again with the same ranges after any failure, lost acknowledgement included:
   * the answer then is what really happened. A range may be missing from a repetition if its
   * partition has been given up meanwhile.
   *
   * <p>A batch given to this method belongs to the destination from then on: the engine never
   * discards it, because it may be durable although nobody knows yet.
   *
   * @return one outcome per range, in the same order
   */
  List<CommitOutcome> commit(List<PendingRange> ranges);

  /** Manifests, staged snapshots and promotions. */
  SnapshotStore snapshots();

  /**
   * Gives a partition up, fenced or not: forgets what is not durable, and may finish what makes the
   * next claim cheaper. Called once per claim by a worker thread, not before the last commit of the
   * partition has returned or has been given up; whoever closes waits for it a bounded time, and a
   * failure is only logged.
   */
  void release(Claim claim);

  @Override
  void close();
}
