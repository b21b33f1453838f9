package io.writeback.redshift;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops what is staged for snapshots that are decided, and for those that have got no manifest in
 * time. Rows go before objects: an object without a row is an orphan that is found again, a row
 * without its object would be a snapshot that can never be loaded.
 */
final class Cleaning {
  private static final Logger LOG = LoggerFactory.getLogger(Cleaning.class);

  private final RedshiftParts parts;
  private final ControlTables tables;

  Cleaning(RedshiftParts parts) {
    this.parts = parts;
    this.tables = parts.tables();
  }

  /**
   * A snapshot in a table of staged objects.
   *
   * @param stagedMs when its newest row was staged
   */
  private record Found(String table, String snapshot, long stagedMs) {}

  void run() {
    parts.targets().make(List.of(tables.createManifests()));
    for (Found found : parts.sessions().call("look for staged rows to drop", this::due)) {
      drop(found);
    }
  }

  private List<Found> due(Session session) throws SQLException {
    ManifestTable manifests = new ManifestTable(tables);
    Set<String> decided = manifests.snapshots(session, true);
    Set<String> known = manifests.snapshots(session, false);
    long oldest = System.currentTimeMillis() - parts.settings().snapshots().stagingTtlMs();
    List<Found> due = new ArrayList<>();
    for (String table : parts.stagedTables().names(session)) {
      List<Found> found =
          session.query(
              "SELECT snapshot, MAX(staged_ms) FROM "
                  + table
                  + " WHERE delivery = ? GROUP BY snapshot",
              row -> new Found(table, row.getString(1), row.getLong(2)),
              tables.delivery());
      found.stream()
          .filter(
              f ->
                  decided.contains(f.snapshot())
                      || (!known.contains(f.snapshot()) && f.stagedMs() < oldest))
          .forEach(due::add);
    }
    return due;
  }

  private void drop(Found found) {
    List<StagedTable.Entry> entries =
        parts
            .sessions()
            .call(
                "drop what is staged for a snapshot",
                session -> {
                  StagedTable staged = new StagedTable(tables, found.table());
                  List<StagedTable.Entry> rows = staged.read(session, found.snapshot());
                  session.update(
                      "DELETE FROM " + found.table() + " WHERE delivery = ? AND snapshot = ?",
                      tables.delivery(),
                      found.snapshot());
                  return rows;
                });
    Set<String> topics = new HashSet<>();
    entries.forEach(entry -> topics.add(entry.partition().topic()));
    topics.forEach(topic -> forgetProgress(topic, found.snapshot()));
    parts
        .stage()
        .delete(
            entries.stream().flatMap(entry -> entry.object().stream()).map(o -> o.key()).toList());
    LOG.info("Dropped {} staged entries of snapshot {}", entries.size(), found.snapshot());
  }

  /** Under the lock of the topic's flushes, which write the same table. */
  private void forgetProgress(String topic, String snapshot) {
    parts
        .sessions()
        .transaction(
            "forget the progress of a snapshot",
            List.of(tables.progress(topic)),
            session ->
                session.update(
                    "DELETE FROM " + tables.snapshots(topic) + " WHERE snapshot = ?", snapshot));
  }
}
