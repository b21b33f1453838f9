package io.writeback.sink;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Ruling.Hold;
import io.writeback.sink.Ruling.Promote;
import io.writeback.sink.Ruling.Settle;
import io.writeback.sink.Ruling.Wait;
import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the waiting manifests of one table, in their order.
 *
 * <p>{@code overwrite}: the last snapshot that can be shown is shown, and settles all before it.
 * {@code create} and {@code append}: each is shown in turn; one that still waits stops the turn,
 * because those after it must not overtake it; a held one is overtaken.
 */
final class TargetRound {
  private static final Logger LOG = LoggerFactory.getLogger(TargetRound.class);

  /** What came of an attempt to show a snapshot. */
  private enum Shown {
    /** It, or a later one, is shown. */
    YES,
    NOT_YET,
    HELD
  }

  private final TaskScope scope;
  private final SnapshotRules rules;
  private final SnapshotStore store;
  private final Target target;
  private final TargetDecisions decisions;
  private int waiting;

  TargetRound(TaskScope scope, SnapshotRules rules, Target target) {
    this.scope = scope;
    this.rules = rules;
    this.store = scope.destination().snapshots();
    this.target = target;
    this.decisions = new TargetDecisions(store, target);
  }

  int held() {
    return decisions.held();
  }

  int waiting() {
    return waiting;
  }

  /** Whether anything was decided for good, so that staging can be dropped. */
  boolean settled() {
    return decisions.settled();
  }

  void run(List<Undecided> inOrder) {
    if (scope.settings().writeMode() == WriteMode.OVERWRITE) {
      lastOne(inOrder);
    } else {
      eachInTurn(inOrder);
    }
    decisions.boundHeld(scope.settings().snapshots().heldMax());
  }

  private void lastOne(List<Undecided> inOrder) {
    Optional<Control> shown = store.control(target);
    List<Judged> judged = new ArrayList<>();
    int last = -1;
    for (Undecided u : inOrder) {
      Judged j = judge(u, shown);
      judged.add(j);
      if (j.ruling() instanceof Promote) {
        last = judged.size() - 1;
        shown = Optional.of(asShown(j.registered()));
      }
    }
    if (last >= 0 && show(judged.get(last)) != Shown.YES) {
      // Everything judged above rests on its being shown.
      waiting += judged.size() - decisions.held();
      return;
    }
    for (int i = 0; i < judged.size(); i++) {
      Judged j = judged.get(i);
      if (i < last && !(j.ruling() instanceof Settle) && sameDataSet(j, judged.get(last))) {
        decisions.settle(
            j,
            Kind.SUPERSEDED,
            "snapshot " + judged.get(last).manifest().snapshot() + " is later and complete");
      } else if (i != last) {
        carryOut(j);
      }
    }
  }

  private void eachInTurn(List<Undecided> inOrder) {
    Optional<Control> shown = store.control(target);
    for (int i = 0; i < inOrder.size(); i++) {
      Judged j = judge(inOrder.get(i), shown);
      Shown done = j.ruling() instanceof Promote ? show(j) : Shown.HELD;
      if (done == Shown.NOT_YET || j.ruling() instanceof Wait) {
        waiting += inOrder.size() - i;
        return;
      }
      if (done == Shown.YES) {
        shown = store.control(target);
      } else if (!(j.ruling() instanceof Promote)) {
        carryOut(j);
      }
    }
  }

  private static boolean sameDataSet(Judged a, Judged b) {
    return a.manifest().dataset().equals(b.manifest().dataset());
  }

  private Judged judge(Undecided u, Optional<Control> shown) {
    Staged staged = store.staged(u.manifest());
    return new Judged(u, staged, rules.judge(u, shown, staged, scope.nowMs()));
  }

  private void carryOut(Judged j) {
    if (j.ruling() instanceof Settle settle) {
      decisions.settle(j, settle.kind(), settle.reason());
    } else if (j.ruling() instanceof Hold hold) {
      decisions.hold(j, hold.reason());
    } else {
      waiting++;
    }
  }

  private Shown show(Judged j) {
    long startMs = scope.nowMs();
    Promotion promotion;
    try {
      promotion = store.promote(j.registered(), j.staged());
    } catch (FaultException e) {
      if (e.fault() == Fault.RETRY) {
        throw e;
      }
      decisions.hold(j, "showing it failed: " + e.getMessage());
      return Shown.HELD;
    }
    if (promotion == Promotion.INCOMPLETE) {
      LOG.info("Snapshot {} of {} changed while it was shown", j.manifest().snapshot(), target);
      return Shown.NOT_YET;
    }
    if (promotion == Promotion.ALREADY && !isShown(j.manifest())) {
      decisions.settle(j, Kind.SUPERSEDED, "a later snapshot is shown");
      return Shown.YES;
    }
    scope.metrics().promoted();
    decisions.shown(j, scope.nowMs() - startMs);
    return Shown.YES;
  }

  private boolean isShown(SnapshotManifest manifest) {
    return store.control(target).filter(c -> c.snapshot().equals(manifest.snapshot())).isPresent();
  }

  private Control asShown(RegisteredManifest registered) {
    SnapshotManifest m = registered.manifest();
    return new Control(
        scope.settings().deliveryId(),
        m.dataset(),
        m.producer(),
        registered.offset(),
        m.snapshot(),
        m.version(),
        m.versionTime() == null ? null : m.versionTime().toEpochMilli(),
        m.rows(),
        m.contentHash());
  }
}
