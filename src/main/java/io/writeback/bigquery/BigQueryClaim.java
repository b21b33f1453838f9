package io.writeback.bigquery;

import io.writeback.sink.Claim;
import io.writeback.sink.SnapshotProgress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * A claimed partition: its chain of registers, if rows go straight to tables, and its position in
 * the ledger, if rows are staged. Of both, the furthest counts.
 */
final class BigQueryClaim implements Claim {
  private final TopicPartition partition;
  private final long epoch;
  private final OptionalLong claimedAt;
  private final Map<String, SnapshotProgress> snapshots;
  private final Optional<RegisterChain> chain;

  private OptionalLong ledgerPosition;

  BigQueryClaim(TopicPartition partition, Ledger.Partition ledger, Optional<RegisterChain> chain) {
    this.partition = partition;
    this.snapshots = Map.copyOf(ledger.snapshots());
    this.chain = chain;
    this.ledgerPosition = ledger.position();
    this.epoch = chain.map(RegisterChain::head).orElse(0L);
    ledgerPosition.ifPresent(
        p -> chain.filter(c -> c.nextEnd().isEmpty()).ifPresent(c -> c.advanceTo(p)));
    this.claimedAt = current();
  }

  @Override
  public TopicPartition partition() {
    return partition;
  }

  /** Not needed to fence: each register is inserted once. It tells claims apart in the log. */
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

  @Override
  public OptionalLong nextEnd() {
    return chain.map(RegisterChain::nextEnd).orElse(OptionalLong.empty());
  }

  Optional<RegisterChain> chain() {
    return chain;
  }

  /** Whether rows or manifests of snapshots have come from this partition. */
  boolean isLedgered() {
    return ledgerPosition.isPresent();
  }

  /** Where the partition stands now. */
  OptionalLong current() {
    OptionalLong chained = chain.map(RegisterChain::position).orElse(OptionalLong.empty());
    if (chained.isEmpty() || nextEnd().isPresent()) {
      return chained.isEmpty() ? ledgerPosition : chained;
    }
    return ledgerPosition.isPresent() && ledgerPosition.getAsLong() > chained.getAsLong()
        ? ledgerPosition
        : chained;
  }

  void ledgered(long position) {
    ledgerPosition = OptionalLong.of(position);
    chain.ifPresent(c -> c.advanceTo(position));
  }
}
