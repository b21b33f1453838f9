package io.writeback.sink;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * One ownership of a partition, from {@code open} to {@code close}: its progress, its buffer, and
 * why it is paused. Used by the task thread, except {@link #gone}.
 */
final class OwnedPartition {
  /** Snapshots whose progress is remembered for the filter of redelivered ordinals. */
  private static final int REMEMBERED_SNAPSHOTS = 256;

  /** Why a partition is paused. */
  enum Pause {
    OPENING,
    FULL,
    MEMORY,
    RETRYING,
    FENCED
  }

  final TopicPartition partition;
  final String group;
  final PartitionProgress progress;
  final Retry claimRetry;
  final Set<Pause> pauses = EnumSet.noneOf(Pause.class);

  /** Rows that the warehouse refused, by offset, with its reason; they are about to come again. */
  final Map<Long, String> poison = new HashMap<>();

  /** Offsets of records that have been reported and are not passed by the position yet. */
  final Set<Long> reported = new HashSet<>();

  private final Map<String, SnapshotProgress> durable =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SnapshotProgress> eldest) {
          return size() > REMEMBERED_SNAPSHOTS;
        }
      };

  private volatile boolean gone;
  private boolean sought;
  private Claim claim;
  private RangeBuffer filling = new RangeBuffer();
  private PendingRange inFlight;
  private long fencedAtMs;
  private String fencedBy;

  OwnedPartition(
      TopicPartition partition, String group, PartitionProgress progress, Retry claimRetry) {
    this.partition = partition;
    this.group = group;
    this.progress = progress;
    this.claimRetry = claimRetry;
  }

  /** Whether the partition has been closed; results that arrive later are ignored. */
  boolean gone() {
    return gone;
  }

  void leave() {
    gone = true;
    forgetFilling();
  }

  Optional<Claim> claim() {
    return Optional.ofNullable(claim);
  }

  void claimed(Claim newClaim) {
    claim = newClaim;
    durable.putAll(newClaim.snapshots());
  }

  /** The consumer goes to the position that the warehouse has. */
  void sought() {
    sought = true;
  }

  /**
   * What Kafka may be told about a durable position. Connect takes a position to which a task seeks
   * for committed, so it would not commit it, and the group would seem to lag until the next record
   * comes; hence, once after a seek, one offset less.
   */
  long tellable(long position) {
    if (sought && position > 0) {
      sought = false;
      return position - 1;
    }
    return position;
  }

  RangeBuffer filling() {
    return filling;
  }

  /** The batch for a target, begun if needed. */
  TableBatch batch(Destination destination, Target target, Optional<String> snapshot) {
    return filling.batch(destination, claim, fillingStart(), target, snapshot);
  }

  /** Progress of a snapshot here, before the row at the offset. */
  SnapshotProgress snapshot(String id, long offset) {
    return filling
        .snapshot(id)
        .or(() -> Optional.ofNullable(inFlight).map(range -> range.snapshots().get(id)))
        .or(() -> Optional.ofNullable(durable.get(id)))
        .orElseGet(() -> SnapshotProgress.startingAt(offset));
  }

  /** Where the open range has to end, if an earlier owner has fixed it. */
  OptionalLong fixedEnd() {
    return claim == null || inFlight != null ? OptionalLong.empty() : claim.nextEnd();
  }

  /** Whether the open range has come to an end that was fixed. */
  boolean atFixedEnd() {
    OptionalLong fixed = fixedEnd();
    return fixed.isPresent() && progress.end().orElse(-1) == fixed.getAsLong();
  }

  /** Whether the open range may be closed. */
  boolean canCut() {
    return progress.canCut() && (fixedEnd().isEmpty() || atFixedEnd());
  }

  /** Closes the open range. */
  PendingRange cut() {
    long start = progress.position().orElseThrow();
    progress.cut();
    inFlight = filling.range(claim, start, progress.end().orElseThrow());
    filling = new RangeBuffer();
    return inFlight;
  }

  /** The range in flight is durable. */
  PendingRange landed() {
    PendingRange range = inFlight;
    durable.putAll(range.snapshots());
    poison.keySet().removeIf(offset -> offset < range.end());
    reported.removeIf(offset -> offset < range.end());
    inFlight = null;
    return range;
  }

  /** The range in flight did not land; all that is buffered will be read again. */
  void forgetAll() {
    inFlight = null;
    forgetFilling();
  }

  void forgetFilling() {
    filling.discard();
    filling = new RangeBuffer();
  }

  void fenced(String byWhom, long nowMs) {
    progress.fenced();
    forgetAll();
    fencedBy = byWhom;
    fencedAtMs = nowMs;
  }

  boolean isFenced() {
    return progress.state() == PartitionProgress.State.FENCED;
  }

  long fencedAtMs() {
    return fencedAtMs;
  }

  String fencedBy() {
    return fencedBy;
  }

  private long fillingStart() {
    return inFlight == null ? progress.position().orElseThrow() : inFlight.end();
  }
}
