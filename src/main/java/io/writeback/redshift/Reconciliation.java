package io.writeback.redshift;

import io.writeback.redshift.Session.NullOf;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Rows for users: what became of each range and of each snapshot. Inserted, never locked. */
record Reconciliation(ControlTables tables) {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /**
   * The row of a decided snapshot.
   *
   * @param target the table that shows it, or would have
   */
  void insert(Session session, RegisteredManifest registered, Target target, Decision decision)
      throws SQLException {
    SnapshotManifest manifest = registered.manifest();
    session.update(
        "INSERT INTO "
            + tables.reconciliation()
            + " (decided_at, delivery, dataset, name, target, snapshot, version, version_time,"
            + " producer, manifest_offset, rows_read, rows_dropped_at_source, rows_sent,"
            + " rows_staged, rows_rejected, rows_missing, verdict, reason, read_started,"
            + " read_finished) VALUES (CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?,"
            + " CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TIMESTAMP),"
            + " CAST(? AS TIMESTAMP))",
        text(Instant.now()),
        tables.delivery(),
        manifest.dataset(),
        NullOf.orText(manifest.name()),
        target.toString(),
        manifest.snapshot(),
        manifest.version(),
        text(manifest.versionTime()),
        manifest.producer(),
        registered.offset(),
        manifest.rows() + manifest.dropped(),
        manifest.dropped(),
        manifest.rows(),
        decision.staged(),
        decision.rejected(),
        decision.missing(),
        decision.verdict().name(),
        ManifestTable.reason(decision),
        text(manifest.started()),
        text(manifest.finished()));
  }

  static Object text(Instant time) {
    return time == null ? NullOf.VARCHAR : TIMESTAMP.format(time);
  }
}
