package io.writeback.sink;

import io.writeback.sink.OwnedPartition.Pause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this task holds: claims them, pauses and resumes them, sends them back. Keyed
 * by the topic and partition that a record lies in, whatever transforms make of them. Task thread.
 */
final class Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  private final TaskScope scope;
  private final Map<TopicPartition, OwnedPartition> owned = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> reclaimedAtMs = new HashMap<>();

  Ownership(TaskScope scope) {
    this.scope = scope;
  }

  Collection<OwnedPartition> all() {
    return owned.values();
  }

  Optional<OwnedPartition> at(TopicPartition partition) {
    return Optional.ofNullable(owned.get(partition));
  }

  List<OwnedPartition> of(String group) {
    return owned.values().stream().filter(p -> p.group.equals(group)).toList();
  }

  void open(TopicPartition partition) {
    open(partition, new PartitionProgress());
  }

  private void open(TopicPartition partition, PartitionProgress progress) {
    remove(partition);
    OwnedPartition opened =
        new OwnedPartition(
            partition,
            scope.destination().commitGroup(partition),
            progress,
            scope.retry("Claim of " + partition));
    owned.put(partition, opened);
    pause(opened, Pause.OPENING);
    claim(opened);
  }

  /** Seeks asked for in an earlier {@code put} have happened. */
  void putBegins() {
    owned.values().forEach(p -> p.progress.putBegins());
  }

  void retryClaims(long nowMs) {
    for (OwnedPartition p : owned.values()) {
      if (p.claimRetry.due(nowMs)) {
        p.claimRetry.begin();
        claim(p);
      }
    }
  }

  /** Takes a partition out. Its buffer is gone; what is in flight is nobody's any more. */
  Optional<OwnedPartition> remove(TopicPartition partition) {
    OwnedPartition p = owned.remove(partition);
    if (p != null) {
      p.leave();
    }
    return Optional.ofNullable(p);
  }

  void pause(OwnedPartition p, Pause reason) {
    if (p.pauses.isEmpty()) {
      scope.context().pause(p.partition);
    }
    p.pauses.add(reason);
  }

  void resume(OwnedPartition p, Pause reason) {
    if (p.pauses.remove(reason) && p.pauses.isEmpty()) {
      scope.context().resume(p.partition);
    }
  }

  /** Drops what is buffered and reads again from the target. Within {@code put} only. */
  void rewind(OwnedPartition p, OptionalLong target) {
    target.ifPresent(offset -> scope.context().offset(p.partition, offset));
  }

  void fence(OwnedPartition p, String byWhom) {
    LOG.warn(
        "Partition {} has been claimed by {}. It stays paused until it is reassigned.",
        p.partition,
        byWhom);
    p.fenced(byWhom, scope.nowMs());
    pause(p, Pause.FENCED);
    p.claim().ifPresent(claim -> scope.background().run(releasing(claim), logged(p.partition)));
  }

  /**
   * A fenced partition is explained by a rebalance soon. If not, an earlier owner was slow: its
   * claim was on the way while this task made its own, so the claim is made again. If somebody else
   * claims it even then, there is a second deployment.
   */
  void checkFenced(long nowMs) {
    for (OwnedPartition p : List.copyOf(owned.values())) {
      if (!p.isFenced() || nowMs < fencedUntilMs(p)) {
        continue;
      }
      if (wasReclaimed(p)) {
        scope.failure().set(secondDeployment(p));
      } else {
        LOG.warn(
            "Partition {} is still assigned to this task, so it is claimed again after {} had"
                + " claimed it",
            p.partition,
            p.fencedBy());
        reclaimedAtMs.put(p.partition, nowMs);
        open(p.partition, PartitionProgress.after(p.progress));
      }
    }
  }

  private boolean wasReclaimed(OwnedPartition p) {
    Long at = reclaimedAtMs.get(p.partition);
    return at != null && p.fencedAtMs() - at < scope.tuning().reclaimMemoryMs();
  }

  private long fencedUntilMs(OwnedPartition p) {
    EngineTuning tuning = scope.tuning();
    return p.fencedAtMs() + (wasReclaimed(p) ? tuning.fencedGraceMs() : tuning.reclaimAfterMs());
  }

  private ConnectException secondDeployment(OwnedPartition p) {
    return new ConnectException(
        String.format(
            "Partition %s is assigned to this task, but %s has claimed it in the warehouse. Does"
                + " another connector or cluster use %s=%s? Stop one of them or give it an id of"
                + " its own, then restart the task.",
            p.partition, p.fencedBy(), SinkConfig.DELIVERY_ID, scope.settings().deliveryId()));
  }

  /** Gives a claim back, on a worker thread. */
  CompletableFuture<Void> release(TopicPartition partition, Claim claim) {
    return scope.background().start(releasing(claim), logged(partition));
  }

  /** The first moment at which something is due here, in ms since 1970. */
  OptionalLong nextDueMs() {
    List<Long> due = new ArrayList<>();
    for (OwnedPartition p : owned.values()) {
      if (p.claimRetry.waiting()) {
        due.add(p.claimRetry.dueMs());
      }
      if (p.isFenced()) {
        due.add(fencedUntilMs(p));
      }
    }
    return due.stream().mapToLong(Long::longValue).min();
  }

  private void claim(OwnedPartition p) {
    scope
        .background()
        .run(
            () -> scope.destination().claim(p.partition, OptionalLong.empty()),
            (claim, failure) -> claimed(p, claim, failure));
  }

  private void claimed(OwnedPartition p, Claim claim, Throwable failure) {
    if (p.gone()) {
      if (claim != null) {
        scope.background().run(releasing(claim), logged(p.partition));
      }
      return;
    }
    if (failure != null) {
      scope.metrics().failed(failure);
      p.claimRetry.failed(failure, scope.nowMs()).ifPresent(scope.failure()::set);
      return;
    }
    p.claimRetry.succeeded();
    p.claimed(claim);
    OptionalLong target = p.progress.claimed(claim.position());
    LOG.info(
        "Claimed {} with epoch {}: reading from {}",
        p.partition,
        claim.epoch(),
        target.isPresent() ? "offset " + target.getAsLong() : "where Kafka stands");
    if (target.isPresent()) {
      p.sought();
    }
    rewind(p, target);
    // Said even if it was never paused by us: a pause of an earlier ownership may have survived.
    p.pauses.clear();
    scope.context().resume(p.partition);
  }

  private Supplier<Boolean> releasing(Claim claim) {
    return () -> {
      scope.destination().release(claim);
      return true;
    };
  }

  private static BiConsumer<Boolean, Throwable> logged(TopicPartition partition) {
    return (released, failure) -> {
      if (failure != null) {
        LOG.warn("Releasing {} failed; the next claim makes up for it", partition, failure);
      }
    };
  }
}
