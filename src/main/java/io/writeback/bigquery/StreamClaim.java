package io.writeback.bigquery;

import io.writeback.sink.Claim;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition claimed for the Storage Write API: an epoch that nobody else holds, and the streams
 * that are opened under it. An incarnation is one claim of one partition, so a stream carries the
 * rows of one partition, and taking a partition over disturbs no other.
 */
final class StreamClaim implements Claim {
  private final TopicPartition partition;
  private final long epoch;
  private final String incarnation;
  private final OptionalLong claimedAt;
  private final Map<String, SnapshotProgress> snapshots;
  private final List<StreamLedger.Known> known;
  private final Map<Target, TableStream> streams = new HashMap<>();
  private OptionalLong position;
  private boolean released;

  /**
   * A claim.
   *
   * @param position as stored
   * @param known what the ledger says about the partition, after all older streams were ended
   */
  StreamClaim(
      TopicPartition partition,
      long epoch,
      String incarnation,
      OptionalLong position,
      Map<String, SnapshotProgress> snapshots,
      List<StreamLedger.Known> known) {
    this.partition = partition;
    this.epoch = epoch;
    this.incarnation = incarnation;
    this.claimedAt = position;
    this.position = position;
    this.snapshots = Map.copyOf(snapshots);
    this.known = List.copyOf(known);
  }

  @Override
  public TopicPartition partition() {
    return partition;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public OptionalLong position() {
    return claimedAt;
  }

  @Override
  public Map<String, SnapshotProgress> snapshots() {
    return snapshots;
  }

  String incarnation() {
    return incarnation;
  }

  List<StreamLedger.Known> known() {
    return known;
  }

  /** Up to where everything has landed or was reported. */
  synchronized OptionalLong current() {
    return position;
  }

  synchronized void committed(long end) {
    position = OptionalLong.of(end);
  }

  synchronized TableStream stream(Target target, Function<Target, TableStream> open) {
    return streams.computeIfAbsent(target, open);
  }

  synchronized List<TableStream> streams() {
    return new ArrayList<>(streams.values());
  }

  /** Given up: what still runs in the background must not open another stream. */
  synchronized void release() {
    released = true;
  }

  synchronized boolean isReleased() {
    return released;
  }
}
