package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.SinkSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of a snapshot that COPY refuses when the snapshot is shown. Their offsets are long passed,
 * so they cannot go where errant records go; they count as rejected rows of the snapshot. As many
 * as {@code snapshot.max.rejected.rows} allows are left out, named in the log and counted in the
 * reconciliation row; with more of them the snapshot is held, unless {@code snapshot.accept} names
 * it. Safe for use by many threads.
 */
final class RefusedRows {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

  /** After so long a held snapshot is tried again although its table looks the same. */
  private static final long TRY_AGAIN_MS = 600_000;

  private final SinkSettings settings;
  private final TargetTables targets;
  private final Showing showing;
  private final BadRows badRows;
  private final Map<String, Held> held = new ConcurrentHashMap<>();

  private record Held(Map<String, RedshiftType> columns, long sinceMs, FaultException failure) {}

  RefusedRows(SinkSettings settings, TargetTables targets, Showing showing, BadRows badRows) {
    this.settings = settings;
    this.targets = targets;
    this.showing = showing;
    this.badRows = badRows;
  }

  /**
   * Spares the warehouse a COPY of a whole snapshot at each look, while nothing has changed.
   *
   * @throws FaultException the one that the snapshot is held for
   */
  void throwIfStillHeld(RegisteredManifest manifest) {
    Held before = held.get(manifest.manifest().snapshot());
    if (before != null
        && System.currentTimeMillis() - before.sinceMs() < TRY_AGAIN_MS
        && before.columns().equals(targets.columns(manifest.target()))) {
      throw before.failure();
    }
  }

  /**
   * How many rows to leave out.
   *
   * @param failure what COPY said
   * @throws FaultException if these are too many; it names some of them
   */
  long tolerated(
      RegisteredManifest manifest,
      List<Column> columns,
      List<StagedTable.Entry> entries,
      FaultException failure) {
    List<StagedObject> objects = entries.stream().flatMap(e -> e.object().stream()).toList();
    long refused = showing.refused(manifest, columns, objects);
    String rows = badRows.words(entries);
    String snapshot = manifest.manifest().snapshot();
    long rejected = entries.stream().mapToLong(StagedTable.Entry::rejected).sum();
    long allowed =
        settings.snapshotAccept().contains(snapshot)
            ? Long.MAX_VALUE
            : settings.snapshots().maxRejectedRows();
    if (refused == 0 || refused >= Copier.MOST_REFUSED || rejected + refused > allowed) {
      FaultException tooMany =
          new FaultException(
              failure.fault(),
              String.format(
                  "%d rows do not fit table %s, %s=%d: %s",
                  refused,
                  manifest.target(),
                  SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS,
                  settings.snapshots().maxRejectedRows(),
                  rows.isEmpty() ? failure.getMessage() : rows),
              failure);
      held.put(
          snapshot,
          new Held(targets.columns(manifest.target()), System.currentTimeMillis(), tooMany));
      throw tooMany;
    }
    LOG.warn(
        "{} rows of snapshot {} are left out of {}, because they do not fit: {}",
        refused,
        snapshot,
        manifest.target(),
        rows);
    return refused;
  }
}
