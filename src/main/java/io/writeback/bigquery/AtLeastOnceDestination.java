package io.writeback.bigquery;

import io.writeback.bigquery.RowPath.Written;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.RejectedRow;
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
 * BigQuery at least once: Kafka keeps the position, and after a crash rows since its last commit
 * come again. Rows of a snapshot are staged, and counted once, as everywhere.
 */
final class AtLeastOnceDestination implements Destination {
  private final BigQueryParts parts;
  private final RowPath path;
  private final SnapshotRanges snapshotRanges;
  private final Encoders stagingEncoders = new Encoders();

  AtLeastOnceDestination(BigQueryParts parts, RowPath path) {
    this.parts = parts;
    this.path = path;
    this.snapshotRanges = new SnapshotRanges(parts);
  }

  /** Nothing is fenced, and no position is stored: the last to commit to Kafka wins. */
  private record Unfenced(TopicPartition partition, Map<String, SnapshotProgress> snapshots)
      implements Claim {
    @Override
    public long epoch() {
      return 0;
    }

    @Override
    public OptionalLong position() {
      return OptionalLong.empty();
    }
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    parts.books().ensure();
    return new Unfenced(partition, parts.ledger().partition(partition).snapshots());
  }

  @Override
  public String commitGroup(TopicPartition partition) {
    return partition.toString();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return snapshot.isPresent()
        ? new LoadBatch(target, snapshot, stagingEncoders)
        : path.newBatch(claim, target);
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    return ranges.stream().map(this::commit).toList();
  }

  private CommitOutcome commit(PendingRange range) {
    if (SnapshotRanges.concerns(range)) {
      List<RejectedRow> rejected = snapshotRanges.stage(range);
      if (!rejected.isEmpty()) {
        return new CommitOutcome.Rejected(rejected);
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
    return new CommitOutcome.Committed(range.end());
  }

  @Override
  public SnapshotStore snapshots() {
    return parts.snapshots();
  }

  @Override
  public void release(Claim claim) {
    path.forget(claim);
  }

  @Override
  public void close() {
    path.close();
    parts.close();
  }
}
