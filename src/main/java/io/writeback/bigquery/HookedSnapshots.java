package io.writeback.bigquery;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Snapshots with SQL of the user behind each promotion. It runs before the snapshot is decided, so
 * that whoever takes over promotes again, finds it done, and comes by here.
 *
 * @param shown where a promoted snapshot is
 * @param after told of the snapshot and its table
 */
record HookedSnapshots(
    SnapshotStore inner, BigQuerySnapshots shown, BiConsumer<String, Target> after)
    implements SnapshotStore {
  @Override
  public Promotion promote(RegisteredManifest manifest, Staged expected) {
    Promotion promotion = inner.promote(manifest, expected);
    String snapshot = manifest.manifest().snapshot();
    if (promotion == Promotion.PROMOTED
        || (promotion == Promotion.ALREADY
            && control(manifest.target())
                .filter(control -> control.snapshot().equals(snapshot))
                .isPresent())) {
      after.accept(snapshot, shown.tableOf(manifest.target()));
    }
    return promotion;
  }

  @Override
  public List<Undecided> undecided() {
    return inner.undecided();
  }

  @Override
  public Staged staged(RegisteredManifest manifest) {
    return inner.staged(manifest);
  }

  @Override
  public Optional<Control> control(Target target) {
    return inner.control(target);
  }

  @Override
  public void decide(RegisteredManifest manifest, Decision decision) {
    inner.decide(manifest, decision);
  }

  @Override
  public void clean() {
    inner.clean();
  }
}
