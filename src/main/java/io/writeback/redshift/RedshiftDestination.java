package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Redshift as a destination: what there is to do, in the order in which it is done. */
final class RedshiftDestination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(RedshiftDestination.class);

  private final RedshiftParts parts;
  private final ControlTables tables;
  private final Sessions sessions;
  private final TargetTables targets;
  private final SnapshotStore snapshots;
  private final RangeCommits commits;

  RedshiftDestination(RedshiftParts parts) {
    this.parts = parts;
    this.tables = parts.tables();
    this.sessions = parts.sessions();
    this.targets = parts.targets();
    this.snapshots = new RedshiftSnapshots(parts);
    this.commits = new RangeCommits(parts);
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    String topic = partition.topic();
    targets.make(
        List.of(
            tables.createProgress(topic),
            tables.createSnapshots(topic),
            tables.createLog(topic),
            tables.createManifests(),
            tables.createReconciliation()));
    ProgressTable progress = new ProgressTable(tables, topic);
    RedshiftClaim claim =
        forgetting(
            () ->
                endingOldSessions(
                    () ->
                        sessions.transaction(
                            "claim " + partition,
                            List.of(progress.table()),
                            session -> claimed(session, progress, partition, kafkaPosition))));
    LOG.debug(
        "Claimed {} with epoch {}, {}",
        partition,
        claim.epoch(),
        claim.position().isPresent() ? "at " + claim.position().getAsLong() : "without position");
    Orphans orphans = parts.orphans();
    parts.stage().inBackground("clean up after " + partition, () -> orphans.delete(claim));
    if (partition.partition() == 0) {
      parts.stage().inBackground("keep tables small", () -> parts.upkeep().run(topic));
    }
    return claim;
  }

  private RedshiftClaim claimed(
      Session session, ProgressTable progress, TopicPartition partition, OptionalLong kafkaPosition)
      throws SQLException {
    int part = partition.partition();
    ProgressTable.Standing now = progress.claim(session, part, kafkaPosition, parts.owner());
    return new RedshiftClaim(
        partition, now.epoch(), now.nextOffset(), progress.snapshots(session, part));
  }

  /** An owner that is gone may have left a session behind, which holds its locks for hours. */
  private <T> T endingOldSessions(Supplier<T> work) {
    try {
      return work.get();
    } catch (LockHeldException e) {
      List<Integer> ended =
          parts.upkeep().endsOldSessions() ? parts.register().end(sessions, e.tables()) : List.of();
      if (ended.isEmpty()) {
        throw e;
      }
      LOG.warn("Ended sessions {} of an old owner, which held {}", ended, e.tables());
      return work.get();
    }
  }

  /** One transaction locks the progress of a whole topic. */
  @Override
  public String commitGroup(TopicPartition partition) {
    return partition.topic();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return new RedshiftBatch((RedshiftClaim) claim, start, target, snapshot, parts.batchParts());
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    return commits.commit(ranges);
  }

  /** After a failure nothing that was known about tables is taken for granted. */
  private <T> T forgetting(Supplier<T> work) {
    try {
      return work.get();
    } catch (FaultException e) {
      targets.forget();
      throw e;
    }
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  /** Nothing to do: the next claim raises the epoch, and cleans up. */
  @Override
  public void release(Claim claim) {}

  @Override
  public void close() {
    parts.close();
  }
}
