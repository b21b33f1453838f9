package io.writeback.redshift;

import io.writeback.redshift.Session.NullOf;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import java.sql.SQLException;
import java.util.Optional;

/** The one row that says what a target shows. Written under the lock of its table. */
record ControlRow(ControlTables tables, Target target) {
  /**
   * The row.
   *
   * @param generation of the delivery that promoted; in a newer one its offset means nothing
   * @param counter of the table last made for a snapshot
   */
  record Shown(Control control, int generation, long counter) {
    /** The row as the given generation sees it. */
    Control asSeenBy(int ours) {
      return generation >= ours
          ? control
          : new Control(
              control.owner(),
              control.dataset(),
              control.producer(),
              -1,
              control.snapshot(),
              control.version(),
              control.versionTimeMs(),
              control.rows(),
              control.contentHash());
    }
  }

  String table() {
    return tables.control(target);
  }

  Optional<Shown> read(Session session) throws SQLException {
    return session
        .query(
            "SELECT owner, dataset, producer, manifest_offset, snapshot, version, version_time_ms,"
                + " row_count, content_hash, generation, table_counter FROM "
                + table(),
            row -> {
              long versionTime = row.getLong(7);
              Long versionTimeMs = row.wasNull() ? null : versionTime;
              return new Shown(
                  new Control(
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      row.getLong(4),
                      row.getString(5),
                      row.getString(6),
                      versionTimeMs,
                      row.getLong(8),
                      row.getString(9)),
                  row.getInt(10),
                  row.getLong(11));
            })
        .stream()
        .findFirst();
  }

  /** Replaces the row. The table is locked, so nobody sees it without one. */
  void write(Session session, RegisteredManifest registered, Showing.Shown shown)
      throws SQLException {
    SnapshotManifest manifest = registered.manifest();
    session.update("DELETE FROM " + table());
    session.update(
        "INSERT INTO "
            + table()
            + " (owner, generation, dataset, producer, manifest_offset, snapshot, version,"
            + " version_time_ms, row_count, content_hash, table_counter, changed_ms) "
            + Sql.values(1, 12),
        tables.deliveryId(),
        tables.generation(),
        manifest.dataset(),
        manifest.producer(),
        registered.offset(),
        manifest.snapshot(),
        manifest.version(),
        NullOf.orLong(
            manifest.versionTime() == null ? null : manifest.versionTime().toEpochMilli()),
        shown.rows(),
        NullOf.orText(manifest.contentHash()),
        shown.counter(),
        System.currentTimeMillis());
  }
}
