package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.sink.WriteMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
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
  private final boolean upserts;

  RedshiftDestination(RedshiftParts parts) {
    this.parts = parts;
    this.tables = parts.tables();
    this.sessions = parts.sessions();
    this.targets = parts.targets();
    this.snapshots = new RedshiftSnapshots(parts);
    this.upserts = parts.settings().writeMode() == WriteMode.UPSERT;
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
                sessions.transaction(
                    "claim " + partition,
                    List.of(progress.table()),
                    session -> {
                      int part = partition.partition();
                      ProgressTable.Standing now =
                          progress.claim(session, part, kafkaPosition, parts.owner());
                      return new RedshiftClaim(
                          partition,
                          now.epoch(),
                          now.nextOffset(),
                          progress.snapshots(session, part));
                    }));
    LOG.debug(
        "Claimed {} with epoch {}, {}",
        partition,
        claim.epoch(),
        claim.position().isPresent() ? "at " + claim.position().getAsLong() : "without position");
    Orphans orphans = parts.orphans();
    parts.stage().inBackground("clean up after " + partition, () -> orphans.delete(claim));
    return claim;
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
    if (ranges.isEmpty()) {
      return List.of();
    }
    long began = System.nanoTime();
    List<StagedRange> staged = ranges.stream().map(StagedRange::of).toList();
    String topic = ranges.get(0).claim().partition().topic();
    Flush flush =
        new Flush(tables, new ProgressTable(tables, topic), parts.rows(), staged, parts.owner());
    List<CommitOutcome> outcomes;
    try {
      outcomes = forgetting(() -> prepareAndWrite(topic, staged, flush));
    } catch (MissingObjectException e) {
      LOG.warn("{}. Reading the rows from Kafka again", e.getMessage());
      outcomes =
          ranges.stream().<CommitOutcome>map(r -> new CommitOutcome.Moved(r.start())).toList();
    }
    settle(topic, staged, outcomes, (System.nanoTime() - began) / 1_000_000);
    return outcomes;
  }

  private List<CommitOutcome> prepareAndWrite(String topic, List<StagedRange> staged, Flush flush) {
    prepare(staged);
    String what = "commit topic " + topic;
    try {
      return sessions.transaction(what, flush::stage, flush.locks(), flush::write);
    } catch (UnknownOutcomeException e) {
      LOG.warn("{}. Waiting for the lock and reading what became of it", e.getMessage());
      return sessions.transaction(what, flush::stage, flush.locks(), flush::write);
    }
  }

  /** All DDL, each statement on its own, before the transaction. */
  private void prepare(List<StagedRange> staged) {
    Map<Target, List<List<Column>>> columns = new TreeMap<>();
    Set<String> statements = new LinkedHashSet<>();
    for (StagedRange range : staged) {
      range
          .direct()
          .forEach(
              (target, objects) ->
                  objects.forEach(
                      object ->
                          columns
                              .computeIfAbsent(target, t -> new ArrayList<>())
                              .add(object.columns())));
      range.entries().keySet().forEach(t -> statements.add(tables.createStaged(t)));
    }
    if (upserts) {
      columns.keySet().forEach(target -> statements.add(tables.createControl(target)));
    }
    targets.make(List.copyOf(statements));
    columns.forEach((target, rows) -> targets.prepare(target, needed(TableChange.union(rows))));
  }

  private List<Column> needed(List<Column> columns) {
    List<Column> needed = new ArrayList<>(UpsertColumns.withoutThem(columns));
    if (upserts && parts.settings().upsert().softDelete()) {
      needed.add(
          new Column(
              ColumnNames.fold(parts.settings().upsert().deleteColumn()),
              RedshiftType.of(RedshiftType.Kind.BOOLEAN)));
    }
    return needed;
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

  private void settle(
      String topic, List<StagedRange> staged, List<CommitOutcome> outcomes, long ms) {
    long rows = 0;
    List<String> loaded = new ArrayList<>();
    for (int i = 0; i < staged.size(); i++) {
      StagedRange range = staged.get(i);
      range.release();
      if (outcomes.get(i) instanceof CommitOutcome.Committed) {
        rows += range.rows();
        range.direct().values().forEach(o -> o.forEach(object -> loaded.add(object.key())));
      } else {
        LOG.debug("Did not commit {}: {}", range.claim().partition(), outcomes.get(i));
      }
    }
    parts.stage().deleteLater(loaded);
    LOG.debug(
        "Committed {} rows of {} ranges of topic {} in {} ms", rows, staged.size(), topic, ms);
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
