package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.sink.WriteMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;

/**
 * BigQuery by load jobs. Rows without a snapshot go to their table, and the partition's chain of
 * registers says which have; rows of a snapshot go to its staging, and the ledger says how far.
 */
final class BigQueryDestination implements Destination {
  private final SinkSettings settings;
  private final BigQueryParts parts;
  private final BiFunction<TopicPartition, Ledger.Partition, RegisterChain> chains;
  private final SnapshotRanges snapshotRanges;
  private final Encoders encoders;

  /**
   * A destination.
   *
   * @param chains how a partition's chain is claimed
   * @param rules what becomes of values that BigQuery has no type for
   */
  BigQueryDestination(
      SinkSettings settings,
      BigQueryParts parts,
      BiFunction<TopicPartition, Ledger.Partition, RegisterChain> chains,
      RowShape.Rules rules) {
    this.settings = settings;
    this.parts = parts;
    this.chains = chains;
    this.encoders = new Encoders(rules);
    this.snapshotRanges = new SnapshotRanges(parts);
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    parts.books().ensure();
    Ledger.Partition ledger = parts.ledger().partition(partition);
    return new BigQueryClaim(
        partition,
        ledger,
        isChained(settings.writeMode())
            ? Optional.of(chains.apply(partition, ledger))
            : Optional.empty());
  }

  /** Whether rows go to their tables without waiting for manifests. */
  static boolean isChained(WriteMode mode) {
    return mode == WriteMode.APPEND || mode == WriteMode.UPSERT;
  }

  /** Chains of different partitions have nothing in common. */
  @Override
  public String commitGroup(TopicPartition partition) {
    return partition.toString();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return snapshot.isPresent()
        ? snapshotRanges.newBatch(target, snapshot.get(), encoders)
        : new LoadBatch(target, snapshot, encoders, parts.rows());
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    List<CommitOutcome> outcomes = new ArrayList<>();
    for (PendingRange range : ranges) {
      outcomes.add(commit(range));
    }
    return outcomes;
  }

  private CommitOutcome commit(PendingRange range) {
    BigQueryClaim claim = (BigQueryClaim) range.claim();
    List<LoadBatch> plain = new ArrayList<>();
    for (TableBatch batch : range.batches()) {
      if (!SnapshotRanges.staged(batch)) {
        plain.add((LoadBatch) batch);
      }
    }
    boolean ofSnapshots = SnapshotRanges.concerns(range);
    boolean chained =
        claim.chain().isPresent()
            && (!plain.isEmpty()
                || claim.nextEnd().isPresent()
                || !(ofSnapshots || claim.isLedgered()));
    OptionalLong position = claim.current();
    if (position.isPresent() && position.getAsLong() == range.end()) {
      return new CommitOutcome.Committed(range.end());
    }
    if (position.isPresent() && position.getAsLong() != range.start()) {
      return new CommitOutcome.Moved(position.getAsLong());
    }
    Optional<CommitOutcome> unstaged = snapshotRanges.stage(range);
    if (unstaged.isPresent()) {
      return unstaged.get();
    }
    if (!chained) {
      parts.ledger().advance(claim.partition(), range.end(), range.snapshots());
      claim.ledgered(range.end());
      return new CommitOutcome.Committed(range.end());
    }
    if (ofSnapshots) {
      // What is staged is known before the position moves; staged again, it counts once.
      parts.ledger().advance(claim.partition(), range.start(), range.snapshots());
      claim.ledgered(range.start());
    }
    boolean fit = true;
    for (LoadBatch batch : plain) {
      fit &= parts.work().fit(batch);
    }
    if (!fit) {
      // Nothing of the range is begun, or all of what was is looked up when it comes again.
      return new CommitOutcome.Moved(range.start());
    }
    return claim.chain().orElseThrow().commit(range.start(), range.end(), plain);
  }

  @Override
  public SnapshotStore snapshots() {
    return parts.snapshots();
  }

  /** Nothing to do: what was committed is durable, and the head of the chain finds itself. */
  @Override
  public void release(Claim claim) {
    if (!(claim instanceof BigQueryClaim)) {
      throw FaultException.fatal("a claim of another destination was released here", null);
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
