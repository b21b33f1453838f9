package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Target;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Every SQL text that the sink sends, as plain GoogleSQL. Pure: names in, text out. Values are
 * bound as parameters by the caller; {@link #quote} is the one place that quotes names.
 */
final class BigQuerySql {
  /** The ordinal of a staged row. */
  static final String ROW_COLUMN = "__wb_row";

  /** True on a marker: the row was reported instead of staged. */
  static final String REJECTED_COLUMN = "__wb_rejected";

  /** In the error of a promotion whose snapshot, or a later one, is promoted already. */
  static final String ALREADY = "writeback-already-promoted";

  /** In the error of a promotion that found other counts than those it was decided on. */
  static final String INCOMPLETE = "writeback-count-differs";

  private static final String STAGED =
      "COUNT(DISTINCT CASE WHEN __wb_rejected IS NOT TRUE THEN __wb_row END)";
  private static final String SEEN = "COUNT(DISTINCT __wb_row)";

  private final String project;

  BigQuerySql(String project) {
    this.project = project;
  }

  /** A name, or a path of names, as SQL wants it. */
  static String quote(String name) {
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
  }

  String table(Target target) {
    return quote(project + "." + target.namespace() + "." + target.table());
  }

  /** A register without a load of its own: costs nothing; its comment says what hangs on it. */
  static String register(String content) {
    return "SELECT 1 /* " + content.replace("*/", "* /") + " */";
  }

  // --- ledger: positions of partitions, progress of snapshots; insert-only ---

  /** Parameters: delivery, generation, and for each row i those of {@code LedgerRow}. */
  String insertLedger(Target ledger, int rows) {
    StringBuilder text =
        new StringBuilder("INSERT INTO ")
            .append(table(ledger))
            .append(
                " (delivery, generation, topic, part, kind, k, next_offset, snapshot,"
                    + " first_offset, highest_ordinal, staged, rejected, written_at) VALUES ");
    for (int i = 0; i < rows; i++) {
      text.append(i == 0 ? "" : ", ")
          .append(
              "(@delivery, @generation, @topic_#, @part_#, @kind_#, @k_#, @next_offset_#,"
                      .replace("#", Integer.toString(i))
                  + " @snapshot_#, @first_offset_#, @highest_ordinal_#, @staged_#, @rejected_#,"
                      .replace("#", Integer.toString(i))
                  + " CURRENT_TIMESTAMP())");
    }
    return text.toString();
  }

  /** The hint row of a partition. Parameters: delivery, generation, topic, part. */
  String hint(Target ledger) {
    return "SELECT k, next_offset FROM "
        + table(ledger)
        + " WHERE delivery = @delivery AND generation = @generation AND topic = @topic"
        + " AND part = @part AND kind = 'hint' ORDER BY k DESC LIMIT 1";
  }

  /** Generations older than this one that left hints. Parameters: delivery, generation, ... */
  String olderGenerations(Target ledger) {
    return "SELECT DISTINCT generation FROM "
        + table(ledger)
        + " WHERE delivery = @delivery AND generation < @generation AND topic = @topic"
        + " AND part = @part AND kind = 'hint'";
  }

  /**
   * Position and progress of a partition, one row per snapshot, and one without. Snapshots that
   * nobody wrote to since the parameter since are left out; their positions are not needed.
   */
  String progressOfPartition(Target ledger) {
    return "SELECT snapshot, MAX(next_offset) AS next_offset, MIN(first_offset) AS first_offset,"
        + " MAX(highest_ordinal) AS highest_ordinal, MAX(staged) AS staged,"
        + " MAX(rejected) AS rejected FROM "
        + table(ledger)
        + " AS l WHERE delivery = @delivery AND generation = @generation AND topic = @topic"
        + " AND part = @part AND kind <> 'hint' AND (snapshot IS NULL OR written_at >= @since)"
        + notVoid(ledger)
        + " GROUP BY snapshot";
  }

  /** A position set by hand makes older ones void, those further on among them. */
  private String notVoid(Target ledger) {
    return " AND NOT EXISTS (SELECT 1 FROM "
        + table(ledger)
        + " AS s WHERE s.kind = 'set' AND s.delivery = l.delivery AND s.generation = l.generation"
        + " AND s.topic = l.topic AND s.part = l.part AND s.written_at > l.written_at)";
  }

  /** The position of each partition of a topic, from whichever record of it is furthest. */
  String positionsOfTopic(Target ledger) {
    return "SELECT part, MAX(next_offset) AS next_offset FROM "
        + table(ledger)
        + " AS l WHERE delivery = @delivery AND generation = @generation AND topic = @topic"
        + notVoid(ledger)
        + " GROUP BY part";
  }

  /** Progress of one snapshot by partition. Parameters: delivery, generation, topic, snapshot. */
  String progressOfSnapshot(Target ledger) {
    return "SELECT part, MIN(first_offset) AS first_offset,"
        + " MAX(highest_ordinal) AS highest_ordinal, MAX(staged) AS staged,"
        + " MAX(rejected) AS rejected FROM "
        + table(ledger)
        + " WHERE delivery = @delivery AND generation = @generation AND topic = @topic"
        + " AND snapshot = @snapshot GROUP BY part";
  }

  // --- manifests and decisions; both insert-only ---

  /** Idempotent by snapshot. */
  String insertManifest(Target manifests) {
    return "INSERT INTO "
        + table(manifests)
        + " (delivery, generation, dataset, snapshot, target_dataset, target_table, topic, part,"
        + " manifest_offset, manifest, registered_at)"
        + " SELECT @delivery, @generation, @dataset, @snapshot, @target_dataset, @target_table,"
        + " @topic, @part, @manifest_offset, @manifest, CURRENT_TIMESTAMP()"
        + " FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT 1 FROM "
        + table(manifests)
        + " AS m WHERE m.delivery = @delivery AND m.generation = @generation"
        + " AND m.snapshot = @snapshot)";
  }

  /** Manifests without a final decision, in their order. Parameters: delivery, generation. */
  String undecided(Target manifests, Target decisions) {
    return "SELECT m.snapshot, m.target_dataset, m.target_table, m.topic, m.part,"
        + " m.manifest_offset, m.manifest, m.registered_at FROM "
        + table(manifests)
        + " AS m WHERE m.delivery = @delivery AND m.generation = @generation"
        + " AND NOT EXISTS (SELECT 1 FROM "
        + table(decisions)
        + " AS d WHERE d.delivery = m.delivery AND d.generation = m.generation"
        + " AND d.snapshot = m.snapshot AND d.verdict <> 'HELD')"
        + " ORDER BY m.manifest_offset, m.registered_at";
  }

  /** Holds, oldest first, so that the last one read is the current one. */
  String holds(Target decisions) {
    return "SELECT snapshot, reason FROM "
        + table(decisions)
        + " WHERE delivery = @delivery AND generation = @generation AND verdict = 'HELD'"
        + " ORDER BY decided_at";
  }

  /** Snapshots with a final decision. */
  String decided(Target decisions) {
    return "SELECT DISTINCT snapshot, target FROM "
        + table(decisions)
        + " WHERE delivery = @delivery AND generation = @generation AND verdict <> 'HELD'";
  }

  /** Whether one snapshot has a final decision. */
  String isDecided(Target decisions) {
    return "SELECT verdict FROM "
        + table(decisions)
        + " WHERE delivery = @delivery AND generation = @generation AND snapshot = @snapshot"
        + " AND verdict <> 'HELD' LIMIT 1";
  }

  /** Idempotent by snapshot, verdict and reason. */
  String insertDecision(Target decisions) {
    return "INSERT INTO "
        + table(decisions)
        + " (delivery, generation, dataset, dataset_name, snapshot, version, version_time, target,"
        + " verdict, reason, rows_read, rows_dropped, rows_sent, rows_staged, rows_rejected,"
        + " rows_missing, source_started, source_finished, manifest_offset, decided_at)"
        + " SELECT @delivery, @generation, @dataset, @dataset_name, @snapshot, @version,"
        + " @version_time, @target, @verdict, @reason, @rows_read, @rows_dropped, @rows_sent,"
        + " @rows_staged, @rows_rejected, @rows_missing, @source_started, @source_finished,"
        + " @manifest_offset, CURRENT_TIMESTAMP()"
        + " FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT 1 FROM "
        + table(decisions)
        + " AS d WHERE d.delivery = @delivery AND d.generation = @generation"
        + " AND d.snapshot = @snapshot AND d.verdict = @verdict AND d.reason = @reason)";
  }

  // --- staging, control row and promotion ---

  /** Distinct ordinals staged as rows, and distinct ordinals of any kind. */
  String countStaged(Target staging) {
    return "SELECT " + STAGED + " AS staged, " + SEEN + " AS seen FROM " + table(staging);
  }

  /** The control table with its one row, in one step, so that it never has two or none. */
  String createControl(Target control, Table like) {
    return TableDdl.createAs(
        table(control),
        like,
        List.of(),
        "SELECT CAST(NULL AS STRING) AS owner, CAST(0 AS INT64) AS generation,"
            + " CAST(NULL AS STRING) AS dataset, CAST(NULL AS STRING) AS producer,"
            + " CAST(-1 AS INT64) AS promoted, CAST(NULL AS STRING) AS snapshot,"
            + " CAST(NULL AS STRING) AS version, CAST(NULL AS INT64) AS version_time_ms,"
            + " CAST(NULL AS INT64) AS row_count, CAST(NULL AS STRING) AS content_hash,"
            + " CAST(0 AS INT64) AS table_counter");
  }

  String readControl(Target control) {
    return "SELECT owner, generation, dataset, producer, promoted, snapshot, version,"
        + " version_time_ms, row_count, content_hash, table_counter FROM "
        + table(control);
  }

  /**
   * Shows a snapshot, or fails and changes nothing: an error in a script rolls its open transaction
   * back. The UPDATE is the compare-and-set, and the two that race on it conflict.
   *
   * @param target the table to write to, or null if a new one is made afterwards
   * @param staging empty for a snapshot without rows
   * @param columns from there to here; {@code replace}: whether the target's rows go first
   */
  String promote(
      Target control, Target target, Target staging, List<ShownColumn> columns, boolean replace) {
    StringBuilder text = new StringBuilder("BEGIN TRANSACTION;\n");
    text.append("UPDATE ")
        .append(table(control))
        .append(
            " SET owner = @delivery, generation = @generation, dataset = @dataset,"
                + " producer = @producer, promoted = @promoted, snapshot = @snapshot,"
                + " version = @version, version_time_ms = @version_time_ms, row_count = @rows,"
                + " content_hash = @content_hash"
                + (target == null ? ", table_counter = @table_counter" : "")
                + " WHERE (owner IS NULL OR owner = @delivery) AND (generation < @generation"
                + " OR (generation = @generation AND promoted < @promoted));\n");
    text.append("ASSERT @@row_count = 1 AS '").append(ALREADY).append("';\n");
    if (staging != null) {
      text.append("ASSERT (SELECT ")
          .append(STAGED)
          .append(" FROM ")
          .append(table(staging))
          .append(") = @staged AS '")
          .append(INCOMPLETE)
          .append("';\n")
          .append("ASSERT (SELECT ")
          .append(SEEN)
          .append(" FROM ")
          .append(table(staging))
          .append(") = @seen AS '")
          .append(INCOMPLETE)
          .append("';\n");
    }
    if (replace) {
      text.append("TRUNCATE TABLE ").append(table(target)).append(";\n");
    }
    if (staging != null && target != null) {
      text.append("INSERT INTO ")
          .append(table(target))
          .append(" (")
          .append(
              columns.stream()
                  .map(column -> quote(column.shown()))
                  .collect(Collectors.joining(", ")))
          .append(") ")
          .append(onePerOrdinal(staging, columns))
          .append(";\n");
    }
    return text.append("COMMIT TRANSACTION;\n").toString();
  }

  /** The rows of a staging table, each once. */
  private String onePerOrdinal(Target staging, List<ShownColumn> columns) {
    return "SELECT "
        + columns.stream().map(ShownColumn::value).collect(Collectors.joining(", "))
        + " FROM (SELECT "
        + columns.stream().map(column -> quote(column.staged())).collect(Collectors.joining(", "))
        + ", ROW_NUMBER() OVER (PARTITION BY __wb_row) AS __wb_copy FROM "
        + table(staging)
        + " WHERE __wb_rejected IS NOT TRUE) AS one_per_ordinal WHERE __wb_copy = 1";
  }

  /** A table of a snapshot's rows, made like the given one; made already, it stays. */
  String createFrom(Target table, Target staging, List<TableFieldSchema> columns, Table like) {
    List<ShownColumn> shown =
        columns.stream().map(column -> new ShownColumn(column.getName())).toList();
    return TableDdl.createAs(table(table), like, columns, onePerOrdinal(staging, shown));
  }
}
