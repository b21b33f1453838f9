package io.writeback.redshift;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The registry of manifests of this delivery, with what was decided about each. */
record ManifestTable(ControlTables tables) {
  private static final int MAX_REASON = 4096 / 4;

  String table() {
    return tables.manifests();
  }

  /** Registers, unless the snapshot is registered. Runs in the flush of the manifest topic. */
  void register(Session session, RegisteredManifest manifest) throws SQLException {
    String snapshot = manifest.manifest().snapshot();
    if (verdict(session, snapshot).isPresent()) {
      return;
    }
    session.update(
        "INSERT INTO "
            + table()
            + " (topic, part, manifest_offset, dataset, snapshot, target_schema, target_table,"
            + " manifest_text, registered_ms, verdict, verdict_final, reason, decided_ms) "
            + Sql.values(1, 13),
        manifest.topic(),
        manifest.partition(),
        manifest.offset(),
        manifest.manifest().dataset(),
        snapshot,
        manifest.target().namespace(),
        manifest.target().table(),
        ManifestText.write(manifest.manifest()),
        warehouseMs(session),
        "",
        0,
        "",
        Session.NullOf.BIGINT);
  }

  private static long warehouseMs(Session session) throws SQLException {
    return session
            .query("SELECT CAST(EXTRACT(EPOCH FROM GETDATE()) AS BIGINT)", row -> row.getLong(1))
            .get(0)
        * 1000;
  }

  List<Undecided> undecided(Session session) throws SQLException {
    return session.query(
        "SELECT manifest_text, target_schema, target_table, topic, part, manifest_offset, verdict,"
            + " reason, registered_ms FROM "
            + table()
            + " WHERE verdict_final = 0 ORDER BY part, manifest_offset",
        row ->
            new Undecided(
                new RegisteredManifest(
                    ManifestText.read(row.getString(1)),
                    new Target(row.getString(2), row.getString(3)),
                    row.getString(4),
                    row.getInt(5),
                    row.getLong(6)),
                row.getString(7).isEmpty() ? Optional.empty() : Optional.of(row.getString(8)),
                row.getLong(9)));
  }

  /**
   * A verdict as it stands.
   *
   * @param verdict empty while there is none
   */
  record Standing(String verdict, boolean isFinal, String reason) {}

  Optional<Standing> verdict(Session session, String snapshot) throws SQLException {
    return session
        .query(
            "SELECT verdict, verdict_final, reason FROM " + table() + " WHERE snapshot = ?",
            row -> new Standing(row.getString(1), row.getInt(2) == 1, row.getString(3)),
            snapshot)
        .stream()
        .findFirst();
  }

  void decide(Session session, String snapshot, Decision decision) throws SQLException {
    session.update(
        "UPDATE "
            + table()
            + " SET verdict = ?, verdict_final = ?, reason = ?, decided_ms = ? WHERE snapshot = ?",
        decision.verdict().name(),
        decision.isFinal() ? 1 : 0,
        reason(decision),
        System.currentTimeMillis(),
        snapshot);
  }

  static String reason(Decision decision) {
    String reason = decision.reason() == null ? "" : decision.reason();
    return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
  }

  /** Ids of snapshots, decided for good or all that are registered. */
  Set<String> snapshots(Session session, boolean decidedOnly) throws SQLException {
    return new HashSet<>(
        session.query(
            "SELECT snapshot FROM " + table() + (decidedOnly ? " WHERE verdict_final = 1" : ""),
            row -> row.getString(1)));
  }
}
