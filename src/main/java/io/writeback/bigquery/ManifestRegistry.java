package io.writeback.bigquery;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Manifests that were read, and what was decided about them. Rows are only ever added. */
final class ManifestRegistry {
  private final BigQueryQueries queries;
  private final BigQuerySql sql;
  private final SinkTables tables;
  private final String deliveryId;
  private final long generation;

  ManifestRegistry(
      BigQueryQueries queries,
      BigQuerySql sql,
      SinkTables tables,
      String deliveryId,
      long generation) {
    this.queries = queries;
    this.sql = sql;
    this.tables = tables;
    this.deliveryId = deliveryId;
    this.generation = generation;
  }

  /** Registers a manifest, unless its snapshot is registered already. */
  void register(RegisteredManifest registered) {
    SnapshotManifest manifest = registered.manifest();
    queries.execute(
        delivery(sql.insertManifest(tables.manifests()))
            .with("dataset", manifest.dataset())
            .with("snapshot", manifest.snapshot())
            .with("target_dataset", registered.target().namespace())
            .with("target_table", registered.target().table())
            .with("topic", registered.topic())
            .with("part", (long) registered.partition())
            .with("manifest_offset", registered.offset())
            .with("manifest", ManifestJson.write(manifest)));
  }

  boolean isDecided(String snapshot) {
    return !queries
        .rows(delivery(sql.isDecided(tables.decisions())).with("snapshot", snapshot))
        .isEmpty();
  }

  /** Names of the staging of decided snapshots. */
  Set<String> decidedStaging() {
    Set<String> names = new HashSet<>();
    for (BigQueryQueries.Row row : queries.rows(delivery(sql.decided(tables.decisions())))) {
      names.add(StagingTables.name(row.text("snapshot")));
    }
    return names;
  }

  List<SnapshotStore.Undecided> undecided() {
    Map<String, SnapshotStore.Undecided> bySnapshot = new LinkedHashMap<>();
    List<BigQueryQueries.Row> rows =
        queries.rows(delivery(sql.undecided(tables.manifests(), tables.decisions())));
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<String, String> held = new HashMap<>();
    for (BigQueryQueries.Row row : queries.rows(delivery(sql.holds(tables.decisions())))) {
      held.put(row.text("snapshot"), row.text("reason"));
    }
    for (BigQueryQueries.Row row : rows) {
      String snapshot = row.text("snapshot");
      // Two tasks may have registered it at once; the first row counts.
      bySnapshot.putIfAbsent(
          snapshot,
          new SnapshotStore.Undecided(
              new RegisteredManifest(
                  ManifestJson.read(row.text("manifest")),
                  new Target(row.text("target_dataset"), row.text("target_table")),
                  row.text("topic"),
                  (int) row.number("part"),
                  row.number("manifest_offset")),
              Optional.ofNullable(held.get(snapshot)),
              row.timestampMs("registered_at")));
    }
    return List.copyOf(bySnapshot.values());
  }

  /** Writes a decision down, unless it is there already. */
  void decide(RegisteredManifest registered, SnapshotStore.Decision decision) {
    SnapshotManifest manifest = registered.manifest();
    queries.execute(
        delivery(sql.insertDecision(tables.decisions()))
            .with("dataset", manifest.dataset())
            .with("dataset_name", manifest.name())
            .with("snapshot", manifest.snapshot())
            .with("version", manifest.version())
            .with("version_time", manifest.versionTime())
            .with("target", registered.target().toString())
            .with("verdict", decision.verdict().name())
            .with("reason", decision.reason())
            .with("rows_read", manifest.rows() + manifest.dropped())
            .with("rows_dropped", manifest.dropped())
            .with("rows_sent", manifest.rows())
            .with("rows_staged", decision.staged())
            .with("rows_rejected", decision.rejected())
            .with("rows_missing", decision.missing())
            .with("source_started", manifest.started())
            .with("source_finished", manifest.finished())
            .with("manifest_offset", registered.offset()));
  }

  /** Whether a time was given; a null one is a NULL. */
  static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  private SqlStatement delivery(String text) {
    return SqlStatement.of(text).with("delivery", deliveryId).with("generation", generation);
  }
}
