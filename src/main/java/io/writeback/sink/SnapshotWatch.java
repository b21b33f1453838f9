package io.writeback.sink;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the task looks at waiting snapshots: every {@code snapshot.poll.ms}, and after a
 * commit that may have completed one, as long as it holds a partition of the manifest topic. A
 * failure is an alarm, never the end of the task: other tables go on. Task thread.
 */
final class SnapshotWatch {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotWatch.class);

  private final TaskScope scope;
  private final SnapshotCoordinator coordinator;
  private boolean watching;
  private boolean running;
  private long dueMs;
  private String lastFailure = "";

  SnapshotWatch(TaskScope scope) {
    this.scope = scope;
    this.coordinator = new SnapshotCoordinator(scope);
  }

  /** Something has landed that may let a snapshot be decided. */
  void lookSoon() {
    dueMs = 0;
  }

  void drive(long nowMs, Collection<OwnedPartition> owned) {
    Set<TopicPartition> held =
        owned.stream()
            .filter(p -> p.progress.state() == PartitionProgress.State.OPEN)
            .map(p -> p.partition)
            .filter(p -> p.topic().equals(scope.settings().snapshots().topic()))
            .collect(Collectors.toSet());
    watching = !held.isEmpty() && scope.settings().writeMode() != WriteMode.UPSERT;
    if (!watching || running || nowMs < dueMs) {
      return;
    }
    running = true;
    dueMs = nowMs + scope.settings().snapshots().pollMs();
    scope.background().run(() -> coordinator.round(held), this::done);
  }

  OptionalLong nextDueMs() {
    return watching && !running ? OptionalLong.of(dueMs) : OptionalLong.empty();
  }

  private void done(SnapshotCoordinator.Summary summary, Throwable failure) {
    running = false;
    if (failure == null) {
      lastFailure = "";
      scope.metrics().snapshots(summary.held(), summary.waiting());
      return;
    }
    scope.metrics().failed(failure);
    String message = String.valueOf(failure.getMessage());
    if (!message.equals(lastFailure)) {
      lastFailure = message;
      if (failure instanceof FaultException fault && fault.fault() == Fault.RETRY) {
        LOG.warn("Snapshots cannot be looked at, trying again later: {}", message);
      } else {
        LOG.error("Snapshots cannot be looked at, trying again later: {}", message, failure);
      }
    }
  }
}
