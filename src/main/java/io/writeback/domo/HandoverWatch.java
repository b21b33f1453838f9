package io.writeback.domo;

import java.util.Optional;
import java.util.function.Function;

/**
 * First a snapshot of a DataSet, then its rows by their cursor. The cursor to go on behind is the
 * highest of the snapshot's own rows, so no row falls between the two; it comes with the offset of
 * the manifest.
 */
final class HandoverWatch implements Watch {
  private final Function<SourcePosition, DatasetWatch> snapshots;
  private final Function<SourcePosition, IncrementalWatch> cursors;
  private volatile Watch current;

  HandoverWatch(
      SourcePosition position,
      Function<SourcePosition, DatasetWatch> snapshots,
      Function<SourcePosition, IncrementalWatch> cursors) {
    this.snapshots = snapshots;
    this.cursors = cursors;
    boolean whole = position.version() != null || position.cursor().isPresent();
    this.current =
        whole && position.progress().isEmpty()
            ? cursors.apply(position)
            : snapshots.apply(position);
  }

  @Override
  public String id() {
    return current.id();
  }

  @Override
  public DatasetState state() {
    return current.state();
  }

  @Override
  public double lagMs() {
    return current.lagMs();
  }

  /** Rows that have no place in the order, as counted last. */
  long withoutPlace() {
    return current instanceof IncrementalWatch rows ? rows.withoutPlace() : 0;
  }

  @Override
  public boolean paging() {
    return current.paging();
  }

  @Override
  public boolean emitting() {
    return current.emitting();
  }

  @Override
  public void run() {
    current.run();
  }

  @Override
  public void withdrawn(Work work, String reason) {
    current.withdrawn(work, reason);
  }

  @Override
  public long nextAttemptMs() {
    return current.nextAttemptMs();
  }

  @Override
  public Optional<? extends Work> look() {
    Optional<? extends Work> work = current.look();
    if (current instanceof IncrementalWatch rows && rows.outdated().isPresent()) {
      current = snapshots.apply(rows.outdated().get());
      return current.look();
    }
    return work;
  }

  @Override
  public void completed(Work work) {
    current.completed(work);
    if (work instanceof SnapshotPlan plan) {
      current = cursors.apply(plan.after());
    }
  }

  @Override
  public void abandoned(Work work, String reason) {
    current.abandoned(work, reason);
  }
}
