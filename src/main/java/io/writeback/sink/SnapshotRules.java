package io.writeback.sink;

import io.writeback.sink.Ruling.Hold;
import io.writeback.sink.Ruling.Promote;
import io.writeback.sink.Ruling.Settle;
import io.writeback.sink.Ruling.Wait;
import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What to do with a manifest, given what its target shows and what is staged. Pure.
 *
 * <p>The order of snapshots is the order of their manifests in the manifest partition. {@code
 * snapshot.accept} overrules every hold but one: a table is never taken from its owner.
 */
final class SnapshotRules {
  private final SinkSettings settings;
  private final TopicSelection topics;

  SnapshotRules(SinkSettings settings) {
    this.settings = settings;
    this.topics = new TopicSelection(settings);
  }

  /** Judges a manifest against the control row as it is, or as it will be by then. */
  Ruling judge(Undecided waiting, Optional<Control> shown, Staged staged, long nowMs) {
    RegisteredManifest registered = waiting.manifest();
    SnapshotManifest manifest = registered.manifest();
    boolean accepted = settings.snapshotAccept().contains(manifest.snapshot());
    Optional<Ruling> order = shown.flatMap(control -> byOrder(registered, control, accepted));
    if (order.isPresent()) {
      return order.get();
    }
    Optional<Ruling> guard = accepted ? Optional.empty() : byGuard(manifest, shown);
    return guard.orElseGet(() -> byCount(waiting, staged, accepted, nowMs));
  }

  private Optional<Ruling> byOrder(RegisteredManifest registered, Control shown, boolean accepted) {
    SnapshotManifest manifest = registered.manifest();
    if (!shown.owner().equals(settings.deliveryId())) {
      return hold(
          "table "
              + registered.target()
              + " belongs to delivery "
              + shown.owner()
              + ": route to another table, or set "
              + SinkConfig.DELIVERY_ID);
    }
    if (!shown.dataset().equals(manifest.dataset())) {
      return hold(
          "table "
              + registered.target()
              + " shows DataSet "
              + shown.dataset()
              + ": give one of them another table in "
              + SinkConfig.TABLE_MAP);
    }
    if (shown.manifestOffset() >= registered.offset()) {
      return Optional.of(
          shown.snapshot().equals(manifest.snapshot())
              // Again, because a crash may have come between its steps; then it is a no-op.
              ? new Promote()
              : new Settle(Kind.SUPERSEDED, "snapshot " + shown.snapshot() + " is later"));
    }
    boolean sameProducer = shown.producer().equals(manifest.producer());
    if (sameProducer && isOlder(manifest, shown)) {
      return Optional.of(
          new Settle(
              Kind.STALE,
              "its version is of "
                  + manifest.versionTime()
                  + ", older than version "
                  + shown.version()
                  + " that is shown"));
    }
    if (isDuplicate(manifest, shown)) {
      return Optional.of(
          new Settle(Kind.DUPLICATE, "version " + shown.version() + " is shown already"));
    }
    if (!sameProducer && !accepted) {
      return hold(
          "it comes from connector "
              + manifest.producer()
              + ", the table is fed by "
              + shown.producer()
              + ": two sources of one table would overwrite each other; stop one of them");
    }
    return Optional.empty();
  }

  private Optional<Ruling> byGuard(SnapshotManifest manifest, Optional<Control> shown) {
    long minRows = settings.snapshots().minRows();
    if (manifest.rows() < minRows) {
      return hold(
          "it has " + manifest.rows() + " rows, " + SinkConfig.SNAPSHOT_MIN_ROWS + "=" + minRows);
    }
    double ratio = settings.snapshots().maxShrinkRatio();
    long before = shown.map(Control::rows).orElse(0L);
    if (before - manifest.rows() > before * ratio) {
      return hold(
          "it has "
              + manifest.rows()
              + " rows, the one before had "
              + before
              + ", "
              + SinkConfig.SNAPSHOT_MAX_SHRINK_RATIO
              + "="
              + ratio);
    }
    return Optional.empty();
  }

  private Ruling byCount(Undecided waiting, Staged staged, boolean accepted, long nowMs) {
    SnapshotManifest manifest = waiting.manifest().manifest();
    Verdict verdict =
        Verdict.of(
            manifest, staged, rangesUsable(manifest), settings.snapshots().maxRejectedRows());
    return switch (verdict.kind()) {
      case COMPLETE -> new Promote();
      case REJECTED, OVER -> accepted ? new Promote() : new Hold(verdict.reason());
      case SHORT ->
          accepted || settings.snapshots().missingRowsAllowed()
              ? new Promote()
              : new Hold(verdict.reason());
      case WAIT -> waiting(waiting, accepted, nowMs);
    };
  }

  private Ruling waiting(Undecided waiting, boolean accepted, long nowMs) {
    boolean late = nowMs - waiting.registeredMs() >= settings.snapshots().timeoutMs();
    if (late && accepted) {
      return new Promote();
    }
    // No counts in the words: they grow, and a hold is told once.
    return late
        ? new Hold(
            "rows are still missing after "
                + SinkConfig.SNAPSHOT_TIMEOUT_MS
                + "="
                + settings.snapshots().timeoutMs())
        : new Wait();
  }

  private boolean rangesUsable(SnapshotManifest manifest) {
    List<Range> ranges = manifest.ranges().orElse(List.of());
    return !settings.snapshots().rangesIgnored()
        && !ranges.isEmpty()
        && ranges.stream().allMatch(range -> topics.reads(range.topic()));
  }

  private static boolean isOlder(SnapshotManifest manifest, Control shown) {
    return manifest.versionTime() != null
        && shown.versionTimeMs() != null
        && manifest.versionTime().toEpochMilli() < shown.versionTimeMs();
  }

  private static boolean isDuplicate(SnapshotManifest manifest, Control shown) {
    return manifest.reason() == Reason.VERSION
        && manifest.version().equals(shown.version())
        && manifest.contentHash() != null
        && Objects.equals(manifest.contentHash(), shown.contentHash());
  }

  private static Optional<Ruling> hold(String reason) {
    return Optional.of(new Hold(reason));
  }
}
