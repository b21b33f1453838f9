package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Target;
import java.util.Arrays;
import java.util.List;

/**
 * The tables that the sink keeps its own books in. They lie in the configured dataset, are shared
 * by all its deliveries, and rows are only ever added to them.
 */
final class SinkTables {
  private final String dataset;
  private final BigQueryTables tables;
  private final StartJitter jitter;
  private boolean ensured;

  SinkTables(String dataset, BigQueryTables tables, StartJitter jitter) {
    this.dataset = dataset;
    this.tables = tables;
    this.jitter = jitter;
  }

  /** Positions of partitions and progress of snapshots. */
  Target ledger() {
    return new Target(dataset, "__wb_ledger");
  }

  /** Claims of partitions, write streams, and what is known of their rows. */
  Target streams() {
    return new Target(dataset, "__wb_streams");
  }

  /** Manifests that were read. */
  Target manifests() {
    return new Target(dataset, "__wb_manifests");
  }

  /** What was decided about each snapshot: for users to query. */
  Target decisions() {
    return new Target(dataset, "__wb_snapshots");
  }

  /** The one row that says what a target shows. */
  static Target control(Target target) {
    return new Target(target.namespace(), target.table() + "__wb_control");
  }

  /** Makes the tables, once. */
  synchronized void ensure() {
    if (ensured) {
      return;
    }
    jitter.await();
    tables.ensureOwn(
        ledger(),
        fields(
            "delivery STRING",
            "generation INTEGER",
            "topic STRING",
            "part INTEGER",
            "kind STRING",
            "k INTEGER",
            "next_offset INTEGER",
            "snapshot STRING",
            "first_offset INTEGER",
            "highest_ordinal INTEGER",
            "staged INTEGER",
            "rejected INTEGER",
            "written_at TIMESTAMP"),
        BigQueryTables.clusteredBy("delivery", "topic", "part"));
    tables.ensureOwn(
        streams(),
        fields(
            "delivery STRING",
            "generation INTEGER",
            "topic STRING",
            "part INTEGER",
            "epoch INTEGER",
            "kind STRING",
            "incarnation STRING",
            "target_dataset STRING",
            "target_table STRING",
            "stream STRING",
            "row_count INTEGER",
            "next_offset INTEGER",
            "high_offset INTEGER",
            "routing STRING",
            "written_at TIMESTAMP"),
        BigQueryTables.clusteredBy("delivery", "topic", "part"));
    tables.ensureOwn(
        manifests(),
        fields(
            "delivery STRING",
            "generation INTEGER",
            "dataset STRING",
            "snapshot STRING",
            "target_dataset STRING",
            "target_table STRING",
            "topic STRING",
            "part INTEGER",
            "manifest_offset INTEGER",
            "manifest STRING",
            "registered_at TIMESTAMP"),
        BigQueryTables.clusteredBy("delivery", "snapshot"));
    tables.ensureOwn(
        decisions(),
        fields(
            "delivery STRING",
            "generation INTEGER",
            "dataset STRING",
            "dataset_name STRING",
            "snapshot STRING",
            "version STRING",
            "version_time TIMESTAMP",
            "target STRING",
            "verdict STRING",
            "reason STRING",
            "rows_read INTEGER",
            "rows_dropped INTEGER",
            "rows_sent INTEGER",
            "rows_staged INTEGER",
            "rows_rejected INTEGER",
            "rows_missing INTEGER",
            "source_started TIMESTAMP",
            "source_finished TIMESTAMP",
            "manifest_offset INTEGER",
            "decided_at TIMESTAMP"),
        BigQueryTables.clusteredBy("delivery", "snapshot"));
    ensured = true;
  }

  private static List<TableFieldSchema> fields(String... columns) {
    return Arrays.stream(columns)
        .map(column -> column.split(" ", -1))
        .map(
            parts ->
                new TableFieldSchema()
                    .setName(parts[0])
                    .setType(parts[1])
                    .setMode(TableFields.NULLABLE))
        .toList();
  }
}
