package io.writeback.bigquery;

import io.writeback.bigquery.RowPath.Written;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * BigQuery at least once: after a crash rows since the last commit come again, which is harmless
 * where rows have keys. Rows of a snapshot are staged, and counted once, as everywhere.
 */
final class AtLeastOnceDestination implements Destination {
  private final BigQueryParts parts;
  private final RowPath path;
  private final LedgerPositions positions;
  private final SnapshotRanges snapshotRanges;
  private final Encoders stagingEncoders;

  /**
   * A destination.
   *
   * @param positions where positions are noted. Reading starts there if they are decisive, else
   *     where Kafka says, and they are for a later delivery that is exactly once
   */
  AtLeastOnceDestination(
      BigQueryParts parts, RowPath path, LedgerPositions positions, RowShape.Rules rules) {
    this.stagingEncoders = new Encoders(rules);
    this.parts = parts;
    this.path = path;
    this.positions = positions;
    this.snapshotRanges = new SnapshotRanges(parts);
  }

  /** Nothing is fenced: what two owners write is the same. */
  private record Unfenced(
      TopicPartition partition, OptionalLong position, Map<String, SnapshotProgress> snapshots)
      implements Claim {
    @Override
    public long epoch() {
      return 0;
    }
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    parts.books().ensure();
    Ledger.Partition ledger = parts.ledger().partition(partition);
    return new Unfenced(
        partition,
        positions.areDecisive() ? ledger.position() : OptionalLong.empty(),
        ledger.snapshots());
  }

  @Override
  public String commitGroup(TopicPartition partition) {
    return partition.toString();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return snapshot.isPresent()
        ? snapshotRanges.newBatch(target, snapshot.get(), stagingEncoders)
        : path.newBatch(claim, target);
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    return ranges.stream().map(this::commit).toList();
  }

  private CommitOutcome commit(PendingRange range) {
    if (SnapshotRanges.concerns(range)) {
      Optional<CommitOutcome> unstaged = snapshotRanges.stage(range);
      if (unstaged.isPresent()) {
        return unstaged.get();
      }
    }
    for (TableBatch batch : range.batches()) {
      if (!SnapshotRanges.staged(batch)) {
        Written written = path.write(range.claim(), batch);
        if (written instanceof Written.Refused refused) {
          return new CommitOutcome.Rejected(refused.rows());
        }
        if (written instanceof Written.Encoded) {
          return new CommitOutcome.Moved(range.start());
        }
      }
    }
    if (SnapshotRanges.concerns(range)) {
      parts.ledger().advance(range.claim().partition(), range.end(), range.snapshots());
    }
    positions.landed(range.claim(), range.end());
    return new CommitOutcome.Committed(range.end());
  }

  @Override
  public SnapshotStore snapshots() {
    return parts.snapshots();
  }

  @Override
  public void release(Claim claim) {
    path.forget(claim);
    positions.last(claim);
  }

  @Override
  public void close() {
    path.close();
    parts.close();
  }
}
