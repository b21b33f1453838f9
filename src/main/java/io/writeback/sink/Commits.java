package io.writeback.sink;

import io.writeback.sink.CommitGroup.Entry;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.OwnedPartition.Pause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Closes ranges, has them committed on worker threads, and applies what became of them. Task
 * thread.
 */
final class Commits {
  private final TaskScope scope;
  private final Ownership ownership;
  private final SnapshotWatch snapshots;
  private final FlushPolicy policy;
  private final Map<String, CommitGroup> groups = new LinkedHashMap<>();

  Commits(TaskScope scope, Ownership ownership, SnapshotWatch snapshots) {
    this.scope = scope;
    this.ownership = ownership;
    this.snapshots = snapshots;
    this.policy = new FlushPolicy(scope.settings().flush());
  }

  Collection<CommitGroup> groups() {
    return groups.values();
  }

  /** Done when no attempt to commit one of these groups runs. */
  CompletableFuture<Void> attempts(Collection<String> names) {
    return CompletableFuture.allOf(
        groups.values().stream()
            .filter(group -> names.contains(group.name))
            .map(CommitGroup::attempt)
            .toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Starts every commit that is due, and pauses what is full.
   *
   * @param pressed whether heap is short: then everything there is gets committed
   */
  void drive(long nowMs, boolean pressed) {
    for (OwnedPartition p : ownership.all()) {
      groups.computeIfAbsent(
          p.group, name -> new CommitGroup(name, scope.retry("Commit of " + name)));
    }
    for (CommitGroup group : groups.values()) {
      if (group.retry.due(nowMs) || (group.retry.waiting() && group.wanted().isEmpty())) {
        attempt(group);
      } else if (!group.busy()) {
        flushIfDue(group, nowMs, pressed);
      }
      holdBack(group);
    }
    groups.values().removeIf(g -> !g.busy() && ownership.of(g.name).isEmpty());
  }

  /** The first moment at which something is due here, in ms since 1970. */
  OptionalLong nextDueMs(long nowMs) {
    OptionalLong retries =
        groups.values().stream()
            .filter(group -> group.retry.waiting())
            .mapToLong(group -> group.retry.dueMs())
            .min();
    OptionalLong flushes =
        ownership.all().stream()
            .filter(OwnedPartition::canCut)
            .mapToLong(
                p -> nowMs - p.filling().ageMs(nowMs) + scope.settings().flush().intervalMs())
            .min();
    return retries.isPresent() && flushes.isPresent()
        ? OptionalLong.of(Math.min(retries.getAsLong(), flushes.getAsLong()))
        : (retries.isPresent() ? retries : flushes);
  }

  /** Closes a range that has come to an end that was fixed. */
  void flush(OwnedPartition p, long nowMs) {
    CommitGroup group =
        groups.computeIfAbsent(
            p.group, name -> new CommitGroup(name, scope.retry("Commit of " + name)));
    if (!group.busy()) {
      flushIfDue(group, nowMs, true);
    }
  }

  private void flushIfDue(CommitGroup group, long nowMs, boolean pressed) {
    List<OwnedPartition> ready =
        ownership.of(group.name).stream().filter(OwnedPartition::canCut).toList();
    if (ready.isEmpty()) {
      return;
    }
    long age = ready.stream().mapToLong(p -> p.filling().ageMs(nowMs)).max().orElse(0);
    boolean fixed = ready.stream().anyMatch(OwnedPartition::atFixedEnd);
    if (!pressed && !fixed && !policy.due(rows(ready), encodedBytes(ready), age)) {
      return;
    }
    long heap = ready.stream().mapToLong(p -> p.filling().heapBytes()).sum();
    List<Entry> entries = new ArrayList<>();
    for (OwnedPartition p : ready) {
      entries.add(new Entry(p, p.cut()));
    }
    group.cut(entries, heap, nowMs);
    attempt(group);
  }

  private void attempt(CommitGroup group) {
    group.retry.begin();
    List<Entry> entries = group.wanted();
    if (entries.isEmpty()) {
      // Others hold these partitions now, and whatever kept the commit from succeeding is theirs.
      group.retry.forget();
      group.finished();
      goOn(group);
      return;
    }
    List<PendingRange> ranges = entries.stream().map(Entry::range).toList();
    group.running(
        scope
            .background()
            .start(
                () -> scope.destination().commit(ranges),
                (outcomes, failure) -> finished(group, entries, outcomes, failure)));
  }

  private void finished(
      CommitGroup group, List<Entry> entries, List<CommitOutcome> outcomes, Throwable failure) {
    long nowMs = scope.nowMs();
    if (failure != null) {
      scope.metrics().failed(failure);
      group.retry.failed(failure, nowMs).ifPresent(scope.failure()::set);
      ownership.of(group.name).forEach(p -> ownership.pause(p, Pause.RETRYING));
      return;
    }
    if (outcomes.size() != entries.size()) {
      scope
          .failure()
          .set(
              new ConnectException(
                  String.format(
                      "Expected %d outcomes of a commit of %s, found %d",
                      entries.size(), group.name, outcomes.size())));
      return;
    }
    group.retry.succeeded();
    goOn(group);
    CommitLog.landed(scope, group, entries, outcomes, nowMs);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (!entry.owner().gone() && !entry.owner().isFenced()) {
        apply(entry.owner(), entry.range(), outcomes.get(i));
      }
    }
    group.finished();
    scope.context().requestCommit();
  }

  /** Nothing of the group waits to be tried again. */
  private void goOn(CommitGroup group) {
    ownership.of(group.name).forEach(p -> ownership.resume(p, Pause.RETRYING));
  }

  private void apply(OwnedPartition p, PendingRange range, CommitOutcome outcome) {
    if (outcome instanceof Committed committed) {
      moved(p, committed.position());
    } else if (outcome instanceof Moved moved) {
      moved(p, moved.position());
    } else if (outcome instanceof Fenced fenced) {
      ownership.fence(p, fenced.byWhom());
    } else if (outcome instanceof Rejected rejected) {
      rejected(p, range, rejected.rows());
    }
  }

  private void moved(OwnedPartition p, long position) {
    OptionalLong target = p.progress.moved(position);
    if (target.isEmpty()) {
      if (p.landed().concernsSnapshots()) {
        snapshots.lookSoon();
      }
    } else {
      p.forgetAll();
      ownership.rewind(p, target);
    }
  }

  private void rejected(OwnedPartition p, PendingRange range, List<RejectedRow> rows) {
    boolean progress = false;
    for (RejectedRow row : rows) {
      if (row.offset() >= range.start() && row.offset() < range.end()) {
        progress |= p.poison.put(row.offset(), row.reason()) == null;
      }
    }
    if (!progress) {
      scope
          .failure()
          .set(
              new ConnectException(
                  String.format(
                      "The warehouse refuses rows of %s in offsets %d to %d, but none that it"
                          + " has not refused before: %s",
                      p.partition, range.start(), range.end() - 1, rows)));
      return;
    }
    OptionalLong target = p.progress.rejected();
    p.forgetAll();
    ownership.rewind(p, target);
  }

  private void holdBack(CommitGroup group) {
    List<OwnedPartition> partitions = ownership.of(group.name);
    boolean full = group.busy() && policy.full(rows(partitions), encodedBytes(partitions));
    for (OwnedPartition p : partitions) {
      if (full && p.progress.state() == PartitionProgress.State.OPEN) {
        ownership.pause(p, Pause.FULL);
      } else {
        ownership.resume(p, Pause.FULL);
      }
    }
  }

  private static long rows(List<OwnedPartition> partitions) {
    return partitions.stream().mapToLong(p -> p.filling().rows()).sum();
  }

  private static long encodedBytes(List<OwnedPartition> partitions) {
    return partitions.stream().mapToLong(p -> p.filling().encodedBytes()).sum();
  }
}
