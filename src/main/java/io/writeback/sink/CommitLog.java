package io.writeback.sink;

import io.writeback.sink.CommitGroup.Entry;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line and the figures for each commit that is over. */
final class CommitLog {
  private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);

  private CommitLog() {}

  static void landed(
      TaskScope scope,
      CommitGroup group,
      List<Entry> entries,
      List<CommitOutcome> outcomes,
      long nowMs) {
    long rows = 0;
    long bytes = 0;
    int ranges = 0;
    SortedSet<Target> targets = new TreeSet<>();
    for (int i = 0; i < entries.size(); i++) {
      PendingRange range = entries.get(i).range();
      if (landed(range, outcomes.get(i))) {
        ranges++;
        for (TableBatch batch : range.batches()) {
          rows += batch.rows();
          bytes += batch.encodedBytes();
          targets.add(batch.target());
        }
      }
    }
    long durationMs = nowMs - group.startedMs();
    if (ranges > 0) {
      scope.metrics().committed(rows, bytes, durationMs);
    }
    LOG.info(
        "Committed {} of {} ranges of {}: {} rows, {} bytes, tables {}, {} ms",
        ranges,
        entries.size(),
        group.name,
        rows,
        bytes,
        targets,
        durationMs);
    for (int i = 0; i < entries.size(); i++) {
      PendingRange range = entries.get(i).range();
      if (!landed(range, outcomes.get(i))) {
        LOG.info(
            "Range {} to {} of {} did not land: {}",
            range.start(),
            range.end(),
            entries.get(i).owner().partition,
            outcomes.get(i).getClass().getSimpleName());
      }
    }
  }

  private static boolean landed(PendingRange range, CommitOutcome outcome) {
    if (outcome instanceof Committed committed) {
      return committed.position() == range.end();
    }
    return outcome instanceof Moved moved && moved.position() == range.end();
  }
}
