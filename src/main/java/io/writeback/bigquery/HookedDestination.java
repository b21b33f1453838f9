package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A destination with views and with SQL of the user after its commits and snapshots. What fails
 * here is never an outcome of a commit: rows that are durable are reported so, whatever comes
 * after. A failure that shall stop the task does so before the next commit.
 */
final class HookedDestination implements Destination {
  private static final Logger LOG = LoggerFactory.getLogger(HookedDestination.class);

  private final Destination inner;
  private final SnapshotStore snapshots;
  private final SqlKeys.Hooks hooks;
  private final SqlJobs jobs;
  private final Views views;
  private final String delivery;
  private final AtomicReference<String> failure = new AtomicReference<>();

  /**
   * Puts SQL behind a destination.
   *
   * @param delivery tells this delivery and generation from others
   */
  HookedDestination(
      Destination inner,
      BigQuerySnapshots shown,
      SqlKeys.Hooks hooks,
      SqlJobs jobs,
      Views views,
      String delivery) {
    this.inner = inner;
    this.hooks = hooks;
    this.jobs = jobs;
    this.views = views;
    this.delivery = delivery;
    this.snapshots = new HookedSnapshots(inner.snapshots(), shown, this::afterSnapshot);
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    Claim claim = inner.claim(partition, kafkaPosition);
    views.keep();
    return claim;
  }

  @Override
  public String commitGroup(TopicPartition partition) {
    return inner.commitGroup(partition);
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return inner.newBatch(claim, start, target, snapshot);
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    String earlier = failure.get();
    if (earlier != null) {
      throw FaultException.fatal(earlier, null);
    }
    List<CommitOutcome> outcomes = inner.commit(ranges);
    for (int i = 0; i < ranges.size(); i++) {
      if (outcomes.get(i) instanceof CommitOutcome.Committed committed) {
        afterCommit(ranges.get(i), committed.position());
      }
    }
    views.keep();
    return outcomes;
  }

  private void afterCommit(PendingRange range, long position) {
    if (hooks.afterCommit().isEmpty()) {
      return;
    }
    range.batches().stream()
        .filter(batch -> !SnapshotRanges.staged(batch) && batch.rows() > 0)
        .map(TableBatch::target)
        .distinct()
        .forEach(
            table ->
                run(
                    SqlKeys.AFTER_COMMIT,
                    hooks.afterCommit().get(),
                    range.claim().partition() + "\0" + position + "\0" + table,
                    table));
  }

  private void afterSnapshot(String snapshot, Target table) {
    hooks
        .afterSnapshot()
        .ifPresent(text -> run(SqlKeys.AFTER_SNAPSHOT, text, snapshot + "\0" + table, table));
    views.keep();
  }

  private void run(String key, String text, String point, Target table) {
    Optional<String> why;
    try {
      why = jobs.run(key, text, delivery + "\0" + point, table);
    } catch (FaultException e) {
      why = Optional.of(String.valueOf(e.getMessage()));
    }
    if (why.isEmpty()) {
      return;
    }
    String words = key + " failed for " + table + ", whose rows are written: " + why.get();
    LOG.warn("{}", words);
    if (hooks.fails()) {
      failure.set(
          words
              + ". Repair the statement, or set "
              + SqlKeys.FAILURE
              + "=warn; then restart the task");
    }
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  @Override
  public void release(Claim claim) {
    inner.release(claim);
  }

  @Override
  public void close() {
    inner.close();
  }
}
