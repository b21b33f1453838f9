package io.writeback.sink;

import io.writeback.metrics.TaskMetrics;
import io.writeback.retry.FaultException;
import io.writeback.sink.OwnedPartition.Pause;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a sink task delegates to: turns records into ranges, makes them durable through a {@link
 * Destination}, and keeps the promise of exactly-once towards Connect.
 *
 * <p>All methods are called by the task thread. None of them waits for the warehouse, except {@link
 * #close} and {@link #stop}, up to {@code close.timeout.ms}.
 */
public final class SinkEngine {
  private static final Logger LOG = LoggerFactory.getLogger(SinkEngine.class);

  private final TaskScope scope;
  private final Ownership ownership;
  private final Commits commits;
  private final RowIntake intake;
  private final SnapshotWatch snapshots;
  private final Closing closing;

  /**
   * A new engine; it owns the destination and the metrics from now on and closes them in {@link
   * #stop}.
   *
   * @param clock tells the time for intervals and backoff
   */
  public SinkEngine(
      SinkSettings settings,
      Destination destination,
      SinkTaskContext context,
      TaskMetrics metrics,
      InstantSource clock) {
    this(
        new TaskScope(
            settings,
            EngineTuning.standard(),
            destination,
            context,
            Background.named("writeback-" + settings.connector() + "-" + settings.task()),
            new EngineMetrics(metrics),
            new Failure(),
            clock,
            new SplittableRandom()));
  }

  SinkEngine(TaskScope scope) {
    this.scope = scope;
    this.ownership = new Ownership(scope);
    this.snapshots = new SnapshotWatch(scope);
    this.commits = new Commits(scope, ownership, snapshots);
    this.intake = new RowIntake(scope);
    this.closing = new Closing(scope, ownership, commits);
  }

  /** Begins to claim the partitions. They stay paused until each claim is there. */
  public void open(Collection<TopicPartition> partitions) {
    partitions.forEach(ownership::open);
    AssignmentAdvice.warnIfLopsided(scope.settings(), ownership.all());
  }

  /**
   * Takes records, and drives everything else: finished claims and commits, flushes, retries.
   *
   * @throws ConnectException if going on is impossible; never a RetriableException, after which
   *     Connect would deliver old records behind a seek
   */
  public void put(Collection<SinkRecord> records) {
    scope.failure().throwIfSet();
    try {
      ownership.putBegins();
      scope.background().takeResults();
      scope.failure().throwIfSet();
      records.forEach(this::take);
      drive();
    } catch (FaultException e) {
      scope.failure().set(new ConnectException("Rows cannot be buffered: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      scope.failure().set(e);
    }
    scope.failure().throwIfSet();
  }

  /** What Kafka may record as consumed: only what is durable. Never waits, never throws. */
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> current) {
    Map<TopicPartition, OffsetAndMetadata> durable = new HashMap<>();
    try {
      current.forEach(
          (partition, consumed) ->
              ownership
                  .at(partition)
                  .ifPresent(
                      p ->
                          durable(p, consumed.offset())
                              .ifPresent(at -> durable.put(partition, new OffsetAndMetadata(at)))));
    } catch (RuntimeException e) {
      // Thrown on, it would make Connect rewind the consumer behind our back.
      LOG.error("Positions cannot be told to Kafka; the warehouse keeps them", e);
    }
    return durable;
  }

  /** Gives partitions up; any partition may be named, owned or not. */
  public void close(Collection<TopicPartition> partitions) {
    closing.close(partitions);
  }

  /** Gives everything up and closes the destination and the metrics. */
  public void stop() {
    close(ownership.all().stream().map(p -> p.partition).toList());
    scope.background().stop();
    try {
      scope.destination().close();
    } finally {
      scope.metrics().close();
    }
  }

  private void take(SinkRecord record) {
    TopicPartition partition =
        new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    Optional<OwnedPartition> owner = ownership.at(partition);
    if (owner.isEmpty()) {
      return;
    }
    OwnedPartition p = owner.get();
    long offset = record.originalKafkaOffset();
    closeAtFixedEnd(p, offset);
    switch (p.progress.delivered(offset)) {
      case TAKE -> {
        p.filling().touch(scope.nowMs());
        intake.take(p, record);
      }
      case STEP_BACK -> {
        LOG.warn("Offset {} of {} came again; reading it again from there", offset, partition);
        p.forgetFilling();
        ownership.rewind(p, p.progress.stepBack());
      }
      case BELOW_POSITION -> throw belowPosition(p, offset);
      case DROP -> {}
    }
  }

  /** The record belongs to the next range, if the end of this one is fixed and lies before it. */
  private void closeAtFixedEnd(OwnedPartition p, long offset) {
    OptionalLong fixed = p.fixedEnd();
    if (fixed.isPresent()
        && p.progress.state() == PartitionProgress.State.OPEN
        && offset >= fixed.getAsLong()) {
      p.progress.passTo(fixed.getAsLong());
      commits.flush(p, scope.nowMs());
      if (!p.progress.inFlight()) {
        // The group is busy, maybe with an earlier ownership; the record has to come again later.
        ownership.rewind(p, p.progress.waitAt(fixed.getAsLong()));
      }
    }
  }

  private static ConnectException belowPosition(OwnedPartition p, long offset) {
    return new ConnectException(
        String.format(
            "Partition %s is durable up to offset %d, but Kafka delivers offset %d: the topic was"
                + " truncated or made again. Raise %s to deliver it from the start, or set the"
                + " position with the connector's offsets endpoint.",
            p.partition, p.progress.position().orElse(-1), offset, SinkConfig.DELIVERY_GENERATION));
  }

  private void drive() {
    long nowMs = scope.nowMs();
    ownership.retryClaims(nowMs);
    ownership.checkFenced(nowMs);
    long heap = heapBytes();
    boolean pressed = heap >= scope.settings().bufferMaxBytes();
    commits.drive(nowMs, pressed);
    for (OwnedPartition p : ownership.all()) {
      // A range with a fixed end must get there, whatever it takes.
      boolean mustGoOn = p.fixedEnd().isPresent();
      if (pressed && !mustGoOn && p.progress.state() == PartitionProgress.State.OPEN) {
        ownership.pause(p, Pause.MEMORY);
      } else if (mustGoOn || heap <= scope.settings().bufferMaxBytes() / 2) {
        ownership.resume(p, Pause.MEMORY);
      }
    }
    snapshots.drive(nowMs, ownership.all());
    levels(heap);
    scope.context().timeout(pause(nowMs));
  }

  private long pause(long nowMs) {
    if (scope.background().busy()) {
      return scope.tuning().busyPollMs();
    }
    long due =
        Stream.of(ownership.nextDueMs(), commits.nextDueMs(nowMs), snapshots.nextDueMs())
            .filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong)
            .min()
            .orElse(Long.MAX_VALUE);
    return Math.max(1, Math.min(scope.tuning().idlePollMs(), due - nowMs));
  }

  private OptionalLong durable(OwnedPartition p, long consumed) {
    if (p.progress.state() != PartitionProgress.State.OPEN) {
      return OptionalLong.empty();
    }
    OptionalLong fixed = p.fixedEnd();
    if (fixed.isPresent() && consumed >= fixed.getAsLong()) {
      p.progress.passTo(fixed.getAsLong());
    } else if (p.progress.consumed(consumed, p.filling().holdsAnything())) {
      p.filling().touch(scope.nowMs());
    }
    OptionalLong position = p.progress.position();
    return position.isPresent()
        ? OptionalLong.of(p.tellable(Math.min(position.getAsLong(), consumed)))
        : position;
  }

  private long heapBytes() {
    return ownership.all().stream().mapToLong(p -> p.filling().heapBytes()).sum()
        + commits.groups().stream().mapToLong(CommitGroup::heapBytes).sum();
  }

  private void levels(long heap) {
    long rows =
        ownership.all().stream().mapToLong(p -> p.filling().rows()).sum()
            + commits.groups().stream().mapToLong(CommitGroup::rows).sum();
    long lag = ownership.all().stream().mapToLong(p -> p.progress.lag()).sum();
    scope.metrics().levels(new EngineMetrics.Levels(rows, heap, lag));
  }
}
