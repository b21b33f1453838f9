package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what is decided about the manifests of one table, for the next round, for users to query,
 * and in the log: one line for each decision, and one for a hold as long as its reason stays.
 */
final class TargetDecisions {
  private static final Logger LOG = LoggerFactory.getLogger(TargetDecisions.class);

  private final SnapshotStore store;
  private final Target target;
  private final List<Judged> held = new ArrayList<>();
  private boolean settled;

  TargetDecisions(SnapshotStore store, Target target) {
    this.store = store;
    this.target = target;
  }

  int held() {
    return held.size();
  }

  /** Whether anything was decided for good, so that staging can be dropped. */
  boolean settled() {
    return settled;
  }

  void shown(Judged j, long durationMs) {
    decide(j, Kind.PROMOTED, "");
    LOG.info(
        "Shown in {}: snapshot {} of DataSet {}, version {}, {} rows, {} rejected, {} ms",
        target,
        j.manifest().snapshot(),
        j.manifest().dataset(),
        j.manifest().version(),
        j.staged().distinctOrdinals(),
        j.staged().rejected(),
        durationMs);
  }

  void settle(Judged j, Kind kind, String reason) {
    decide(j, kind, reason);
    String line =
        String.format(
            "Snapshot %s of DataSet %s is not shown in %s: %s, %s",
            j.manifest().snapshot(), j.manifest().dataset(), target, kind, reason);
    if (kind == Kind.SUPERSEDED || kind == Kind.DUPLICATE) {
      LOG.info(line);
    } else {
      LOG.warn(line);
    }
  }

  void hold(Judged j, String reason) {
    held.add(j);
    if (j.undecided().held().filter(reason::equals).isPresent()) {
      return;
    }
    decide(j, Kind.HELD, reason);
    LOG.error(
        "Snapshot {} of DataSet {} is held back from {}: {}. {}={} shows it all the same.",
        j.manifest().snapshot(),
        j.manifest().dataset(),
        target,
        reason,
        SinkConfig.SNAPSHOT_ACCEPT,
        j.manifest().snapshot());
  }

  /** Refuses the oldest of the held ones, so that their staging does not grow for ever. */
  void boundHeld(int max) {
    int tooMany = Math.max(0, held.size() - max);
    for (Judged j : held.subList(0, tooMany)) {
      settle(
          j,
          Kind.REFUSED,
          "more than " + SinkConfig.SNAPSHOT_HELD_MAX + "=" + max + " of its table are held");
    }
    held.subList(0, tooMany).clear();
  }

  private void decide(Judged j, Kind kind, String reason) {
    Decision decision =
        new Decision(
            kind, reason, j.staged().distinctOrdinals(), j.staged().rejected(), j.missing());
    store.decide(j.registered(), decision);
    settled |= decision.isFinal();
  }
}
