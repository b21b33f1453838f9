package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Undecided;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks at every manifest that is registered and not settled, and shows the snapshots that are
 * complete. It works from the warehouse's state alone, so that any task may do it, twice or at
 * once. One round at a time, on a worker thread.
 */
final class SnapshotCoordinator {
  /** How often staging without a manifest is looked for, in milliseconds. */
  private static final long CLEAN_INTERVAL_MS = 600_000;

  private final TaskScope scope;
  private final SnapshotRules rules;
  private long cleanDueMs;

  /** What is left after a round. */
  record Summary(int held, int waiting) {}

  SnapshotCoordinator(TaskScope scope) {
    this.scope = scope;
    this.rules = new SnapshotRules(scope.settings());
  }

  /**
   * One round over the manifests of these partitions. A failure of one table leaves the others
   * alone.
   */
  Summary round(Set<TopicPartition> partitions) {
    SnapshotStore store = scope.destination().snapshots();
    Map<Target, List<Undecided>> byTarget = new TreeMap<>();
    store.undecided().stream()
        .filter(u -> partitions.contains(partition(u)))
        .sorted(Comparator.comparingLong(u -> u.manifest().offset()))
        .forEach(
            u -> byTarget.computeIfAbsent(u.manifest().target(), t -> new ArrayList<>()).add(u));
    int held = 0;
    int waiting = 0;
    boolean settled = false;
    RuntimeException failure = null;
    for (Map.Entry<Target, List<Undecided>> table : byTarget.entrySet()) {
      TargetRound round = new TargetRound(scope, rules, table.getKey());
      try {
        round.run(table.getValue());
      } catch (RuntimeException e) {
        failure = e;
      }
      held += round.held();
      waiting += round.waiting();
      settled |= round.settled();
    }
    long nowMs = scope.nowMs();
    if (settled || nowMs >= cleanDueMs) {
      store.clean();
      cleanDueMs = nowMs + CLEAN_INTERVAL_MS;
    }
    if (failure != null) {
      throw failure;
    }
    return new Summary(held, waiting);
  }

  private static TopicPartition partition(Undecided u) {
    return new TopicPartition(u.manifest().topic(), u.manifest().partition());
  }
}
