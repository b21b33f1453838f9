package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.PendingRange;
import io.writeback.sink.Target;
import io.writeback.sink.WriteMode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes ranges durable: uploads what is left of them, changes tables, runs the transaction, and
 * asks again if its COMMIT was not answered. Ranges with rows that COPY refuses are told apart, and
 * the others land in the same attempt.
 */
final class RangeCommits {
  private static final Logger LOG = LoggerFactory.getLogger(RangeCommits.class);

  private final RedshiftParts parts;
  private final ControlTables tables;
  private final Sessions sessions;
  private final TargetTables targets;
  private final BadRows badRows;

  RangeCommits(RedshiftParts parts) {
    this.parts = parts;
    this.tables = parts.tables();
    this.sessions = parts.sessions();
    this.targets = parts.targets();
    this.badRows = new BadRows(sessions, parts.rows(), parts.stage(), parts.lineCount());
  }

  List<CommitOutcome> commit(List<PendingRange> ranges) {
    if (ranges.isEmpty()) {
      return List.of();
    }
    long began = System.nanoTime();
    String topic = ranges.get(0).claim().partition().topic();
    List<StagedRange> staged = StagedRange.of(ranges);
    List<CommitOutcome> outcomes;
    try {
      outcomes = withoutMisfits(topic, staged);
    } catch (MissingObjectException e) {
      LOG.warn("{}. Reading the rows from Kafka again", e.getMessage());
      outcomes =
          ranges.stream().<CommitOutcome>map(r -> new CommitOutcome.Moved(r.start())).toList();
    } catch (TableGoneException e) {
      targets.forget();
      checkProgressIsThere(topic, e);
      throw e;
    } catch (FaultException e) {
      // After a failure nothing that was known about tables is taken for granted.
      targets.forget();
      throw e;
    }
    settle(topic, staged, outcomes, (System.nanoTime() - began) / 1_000_000);
    return outcomes;
  }

  /** Other tables are made again; the progress table made again would be a position lost. */
  private void checkProgressIsThere(String topic, TableGoneException e) {
    if (!sessions.call("look for a table", s -> tables.exists(s, tables.progressName(topic)))) {
      throw FaultException.fatal(
          "table "
              + tables.progress(topic)
              + ", which keeps the positions of topic "
              + topic
              + ", was dropped while the connector was running. Restore it, or start over with a"
              + " new delivery.generation",
          e);
    }
  }

  private List<CommitOutcome> withoutMisfits(String topic, List<StagedRange> ranges) {
    return without(
        parts.misfits().of(ranges),
        ranges,
        fitting -> withoutBadRows(topic, prepared(topic, fitting)));
  }

  private List<CommitOutcome> withoutBadRows(String topic, List<StagedRange> ranges) {
    try {
      return write(topic, ranges);
    } catch (MissingObjectException e) {
      throw e;
    } catch (FaultException e) {
      if (e.fault() != Fault.BAD_RECORD) {
        throw e;
      }
      return without(badRows.of(ranges, e), ranges, good -> withoutBadRows(topic, good));
    }
  }

  /** Commits the ranges that have none of the bad rows; the others come again without these. */
  private static List<CommitOutcome> without(
      Map<StagedRange, List<RejectedRow>> bad,
      List<StagedRange> ranges,
      Function<List<StagedRange>, List<CommitOutcome>> commit) {
    List<StagedRange> good = ranges.stream().filter(range -> !bad.containsKey(range)).toList();
    List<CommitOutcome> landed = good.isEmpty() ? List.of() : commit.apply(good);
    Iterator<CommitOutcome> next = landed.iterator();
    return ranges.stream()
        .map(
            range ->
                bad.containsKey(range) ? new CommitOutcome.Rejected(bad.get(range)) : next.next())
        .toList();
  }

  private List<CommitOutcome> write(String topic, List<StagedRange> ranges) {
    Flush flush =
        new Flush(
            tables,
            new ProgressTable(tables, topic),
            parts.rows(),
            parts.hooks(),
            ranges,
            parts.owner());
    String what = "commit topic " + topic;
    try {
      return sessions.transaction(what, flush::stage, flush.locks(), flush::write);
    } catch (UnknownOutcomeException e) {
      LOG.warn("{}. Waiting for the lock and reading what became of it", e.getMessage());
      return sessions.transaction(what, flush::stage, flush.locks(), flush::write);
    }
  }

  /**
   * All DDL, each statement on its own, before the transaction.
   *
   * @return the ranges, with the columns that their rows go to
   */
  private List<StagedRange> prepared(String topic, List<StagedRange> staged) {
    parts.slices().find();
    StagedRange.direct(staged)
        .forEach(
            (target, objects) ->
                parts
                    .batchParts()
                    .partSize()
                    .flushed(target, objects.stream().mapToLong(StagedObject::size).sum()));
    parts.feeders().enter(topic, StagedRange.direct(staged).keySet());
    boolean upserts = parts.settings().writeMode() == WriteMode.UPSERT;
    Set<String> statements = new LinkedHashSet<>();
    for (StagedRange range : staged) {
      range.entries().keySet().forEach(t -> statements.add(tables.createStaged(t)));
      if (upserts) {
        range.direct().keySet().forEach(t -> statements.add(tables.createControl(t)));
      }
    }
    targets.make(List.copyOf(statements));
    List<StagedRange> ranges = staged.stream().map(r -> r.mapped(targets::columnsFor)).toList();
    Map<Target, List<List<Column>>> columns = new TreeMap<>();
    StagedRange.direct(ranges)
        .forEach(
            (target, objects) ->
                columns.put(target, objects.stream().map(StagedObject::columns).toList()));
    columns.forEach((target, rows) -> targets.prepare(target, needed(TableChange.union(rows))));
    return ranges;
  }

  private List<Column> needed(List<Column> columns) {
    List<Column> needed = new ArrayList<>(UpsertColumns.withoutThem(columns));
    if (parts.settings().writeMode() == WriteMode.UPSERT
        && parts.settings().upsert().softDelete()) {
      needed.add(
          new Column(
              ColumnNames.fold(parts.settings().upsert().deleteColumn()),
              RedshiftType.of(RedshiftType.Kind.BOOLEAN)));
    }
    return needed;
  }

  private void settle(
      String topic, List<StagedRange> staged, List<CommitOutcome> outcomes, long ms) {
    long rows = 0;
    List<String> loaded = new ArrayList<>();
    for (int i = 0; i < staged.size(); i++) {
      StagedRange range = staged.get(i);
      range.release();
      boolean done = outcomes.get(i) instanceof CommitOutcome.Committed;
      if (done) {
        rows += range.rows();
      } else {
        LOG.debug("Did not commit {}: {}", range.claim().partition(), outcomes.get(i));
      }
      if (done || outcomes.get(i) instanceof CommitOutcome.Rejected) {
        range.direct().values().forEach(o -> o.forEach(object -> loaded.add(object.key())));
      }
    }
    parts.stage().deleteLater(loaded);
    LOG.debug(
        "Committed {} rows of {} ranges of topic {} in {} ms", rows, staged.size(), topic, ms);
  }
}
