package io.writeback.redshift;

import io.writeback.redshift.ProgressTable.Standing;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.PendingRange;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The transaction that makes ranges of one topic durable. It locks the progress table, which no
 * other transaction on the topic can get past, and reads where each partition stands; what is not
 * where the range begins is left out before the first COPY. Because every attempt begins so, an
 * attempt whose COMMIT was not answered needs no other treatment than another attempt: it waits for
 * the end of the first one and reads what became of it.
 *
 * <p>Invariant: next_offset = e if and only if all tables hold exactly the rows below e.
 */
final class Flush {
  private final ControlTables tables;
  private final ProgressTable progress;
  private final RowLoad rows;
  private final SqlHooks hooks;
  private final List<StagedRange> ranges;
  private final String owner;

  Flush(
      ControlTables tables,
      ProgressTable progress,
      RowLoad rows,
      SqlHooks hooks,
      List<StagedRange> ranges,
      String owner) {
    this.tables = tables;
    this.progress = progress;
    this.rows = rows;
    this.hooks = hooks;
    this.ranges = ranges;
    this.owner = owner;
  }

  /** What the transaction locks, sorted. */
  List<String> locks() {
    Set<String> locks = new TreeSet<>(rows.locks(StagedRange.direct(ranges).keySet()));
    locks.add(progress.table());
    if (ranges.stream().anyMatch(range -> !range.range().manifests().isEmpty())) {
      locks.add(tables.manifests());
    }
    return List.copyOf(locks);
  }

  /** What comes before the transaction, in its session. */
  Void stage(Session session) throws SQLException {
    rows.stage(session, ranges);
    return null;
  }

  /** The statements after the lock, up to and without the COMMIT. */
  List<CommitOutcome> write(Session session) throws SQLException {
    List<CommitOutcome> outcomes = new ArrayList<>();
    List<StagedRange> due = new ArrayList<>();
    List<OptionalLong> from = new ArrayList<>();
    for (StagedRange range : ranges) {
      Standing standing = standing(session, range);
      Optional<CommitOutcome> settled = settled(range.range(), standing);
      settled.ifPresentOrElse(
          outcomes::add,
          () -> {
            outcomes.add(new CommitOutcome.Committed(range.range().end()));
            due.add(range);
            from.add(standing.nextOffset());
          });
    }
    if (due.isEmpty()) {
      return outcomes;
    }
    load(session, due);
    for (int i = 0; i < due.size(); i++) {
      account(session, due.get(i));
      progress.advance(session, due.get(i).claim(), from.get(i), due.get(i).range().end());
    }
    new PositionLog(tables, progress.topic()).landed(session, due, owner);
    return outcomes;
  }

  private Standing standing(Session session, StagedRange range) throws SQLException {
    return progress
        .read(session, range.claim().partition().partition())
        .orElseThrow(
            () ->
                FaultException.fatal(
                    "table "
                        + progress.table()
                        + " has lost the row of partition "
                        + range.claim().partition()
                        + " since it was claimed. Restore the table, or start over with a new"
                        + " delivery.generation",
                    null));
  }

  /** The outcome of a range that is not to be written, by where its partition stands. */
  static Optional<CommitOutcome> settled(PendingRange range, Standing standing) {
    if (standing.epoch() > range.claim().epoch()) {
      return Optional.of(new CommitOutcome.Fenced(standing.owner()));
    }
    if (standing.epoch() < range.claim().epoch()) {
      throw wentBack(range, "epoch", standing.epoch(), range.claim().epoch());
    }
    if (standing.nextOffset().isEmpty() || standing.nextOffset().getAsLong() == range.start()) {
      return Optional.empty();
    }
    long next = standing.nextOffset().getAsLong();
    if (next < range.start()) {
      throw wentBack(range, "position", next, range.start());
    }
    // Under our own epoch only an earlier attempt at this range can have moved it to its end.
    return Optional.of(
        next == range.end() ? new CommitOutcome.Committed(next) : new CommitOutcome.Moved(next));
  }

  /** Nobody but us writes under our epoch, and nobody takes one back. */
  private static FaultException wentBack(
      PendingRange range, String what, long found, long expected) {
    return FaultException.fatal(
        "the progress table of topic "
            + range.claim().partition().topic()
            + " has an older "
            + what
            + " for partition "
            + range.claim().partition().partition()
            + " than this task has written, "
            + found
            + " instead of "
            + expected
            + ": "
            + ProgressTable.RESTORED,
        null);
  }

  private void load(Session session, List<StagedRange> due) throws SQLException {
    Set<Target> targets = StagedRange.direct(due).keySet();
    for (Target target : targets) {
      hooks.before(session, target);
    }
    rows.write(session, due);
    for (Target target : targets) {
      hooks.after(session, target);
    }
    Map<Target, List<StagedTable.Entry>> staged = new TreeMap<>();
    for (StagedRange range : due) {
      range
          .entries()
          .forEach((t, e) -> staged.computeIfAbsent(t, k -> new ArrayList<>()).addAll(e));
    }
    for (Map.Entry<Target, List<StagedTable.Entry>> target : staged.entrySet()) {
      StagedTable.of(tables, target.getKey()).insert(session, target.getValue());
    }
  }

  private void account(Session session, StagedRange range) throws SQLException {
    int partition = range.claim().partition().partition();
    for (var snapshot : new TreeMap<>(range.range().snapshots()).entrySet()) {
      progress.note(session, partition, snapshot.getKey(), snapshot.getValue());
    }
    for (var manifest : range.range().manifests()) {
      new ManifestTable(tables).register(session, manifest);
    }
  }
}
