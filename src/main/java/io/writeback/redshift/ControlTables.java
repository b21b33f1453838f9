package io.writeback.redshift;

import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.Locale;

/**
 * Names of the connector's own tables, and the statements that make them. No table is shared by
 * tasks that write different topics and targets, because each is locked for as long as the COPYs of
 * a transaction take:
 *
 * <ul>
 *   <li>per topic: {@code _wb_progress_} (positions), {@code _wb_snapshots_} (how much of each
 *       snapshot each partition has staged), {@code _wb_log_} (for users);
 *   <li>per target: {@code _wb_target_} (what it shows), {@code _wb_staged_} (objects waiting for a
 *       manifest);
 *   <li>per delivery: {@code _wb_manifests_}, written by whoever reads the manifest topic;
 *   <li>for users: {@code writeback_snapshots}, which nobody ever locks.
 * </ul>
 *
 * @param schema where they lie
 * @param deliveryId of the connector
 * @param generation of the delivery
 */
record ControlTables(String schema, String deliveryId, int generation) {
  static final String STAGED_PREFIX = "_wb_staged_";

  /** Delivery and generation in one, as rows carry it. */
  String delivery() {
    return deliveryId + "/" + generation;
  }

  String progress(String topic) {
    return Sql.table(schema, progressName(topic));
  }

  String progressName(String topic) {
    return "_wb_progress_" + perTopic(topic);
  }

  /** Whether one of these tables is there. */
  boolean exists(Session session, String name) throws SQLException {
    return session
            .query(
                "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = ? AND c.relname = ?",
                row -> row.getLong(1),
                ColumnNames.fold(schema),
                name)
            .get(0)
        > 0;
  }

  String snapshots(String topic) {
    return name("_wb_snapshots_", perTopic(topic));
  }

  String log(String topic) {
    return name("_wb_log_", perTopic(topic));
  }

  String control(Target target) {
    return name("_wb_target_", perTarget(target));
  }

  String staged(Target target) {
    return Sql.table(schema, stagedName(target));
  }

  String stagedName(Target target) {
    return STAGED_PREFIX + perTarget(target);
  }

  String manifests() {
    return name("_wb_manifests_", Hash.of(deliveryId, String.valueOf(generation)));
  }

  /** Sessions of this delivery: rows are inserted one by one and never locked. */
  String sessions() {
    return name("_wb_sessions_", Hash.of(deliveryId, String.valueOf(generation)));
  }

  String createSessions() {
    return create(sessions())
        + "(pid INTEGER, started BIGINT, owner VARCHAR(1024), entered_ms BIGINT)";
  }

  /** Deliveries by target and topic: rows are inserted one by one and never locked. */
  String feeders() {
    return Sql.table(schema, "_wb_feeders");
  }

  String createFeeders() {
    return create(feeders())
        + "(target_schema VARCHAR(256), target_table VARCHAR(256), topic VARCHAR(512),"
        + " delivery VARCHAR(512), since TIMESTAMP)";
  }

  String reconciliation() {
    return Sql.table(schema, "writeback_snapshots");
  }

  String createProgress(String topic) {
    return create(progress(topic))
        + "(topic VARCHAR(512), part INTEGER, epoch BIGINT, next_offset BIGINT,"
        + " owner VARCHAR(1024), pid INTEGER, changed_ms BIGINT)";
  }

  String createSnapshots(String topic) {
    return create(snapshots(topic))
        + "(part INTEGER, snapshot VARCHAR(256), first_offset BIGINT, highest_ordinal BIGINT,"
        + " row_count BIGINT, rejected BIGINT, changed_ms BIGINT)";
  }

  String createLog(String topic) {
    return create(log(topic))
        + "(committed_at TIMESTAMP, delivery VARCHAR(512), topic VARCHAR(512), part INTEGER,"
        + " start_offset BIGINT, end_offset BIGINT, row_count BIGINT, byte_count BIGINT,"
        + " object_count BIGINT, cut_values BIGINT, nulled_values BIGINT, epoch BIGINT,"
        + " owner VARCHAR(1024))";
  }

  String createControl(Target target) {
    return create(control(target))
        + "(owner VARCHAR(512), generation INTEGER, dataset VARCHAR(512), producer VARCHAR(512),"
        + " manifest_offset BIGINT, snapshot VARCHAR(256), version VARCHAR(1024),"
        + " version_time_ms BIGINT, row_count BIGINT, content_hash VARCHAR(256),"
        + " table_counter BIGINT, changed_ms BIGINT)";
  }

  String createStaged(Target target) {
    return create(staged(target))
        + "(delivery VARCHAR(512), snapshot VARCHAR(256), object_key VARCHAR(2048),"
        + " topic VARCHAR(512), part INTEGER, start_offset BIGINT, end_offset BIGINT,"
        + " row_count BIGINT, rejected BIGINT, ordinals BIGINT, first_offset BIGINT,"
        + " first_ordinal BIGINT, last_ordinal BIGINT, byte_count BIGINT, null_token INTEGER,"
        + " compression VARCHAR(16), columns_json VARCHAR(65535), staged_ms BIGINT)";
  }

  String createManifests() {
    return create(manifests())
        + "(topic VARCHAR(512), part INTEGER, manifest_offset BIGINT, dataset VARCHAR(512),"
        + " snapshot VARCHAR(256), target_schema VARCHAR(256), target_table VARCHAR(256),"
        + " manifest_text VARCHAR(65535), registered_ms BIGINT, verdict VARCHAR(16),"
        + " verdict_final INTEGER, reason VARCHAR(4096), decided_ms BIGINT)";
  }

  String createReconciliation() {
    return create(reconciliation())
        + "(decided_at TIMESTAMP, delivery VARCHAR(512), dataset VARCHAR(512), name VARCHAR(1024),"
        + " target VARCHAR(512), snapshot VARCHAR(256), version VARCHAR(1024),"
        + " version_time TIMESTAMP, producer VARCHAR(512), manifest_offset BIGINT,"
        + " rows_read BIGINT, rows_dropped_at_source BIGINT, rows_sent BIGINT, rows_staged BIGINT,"
        + " rows_rejected BIGINT, rows_missing BIGINT, verdict VARCHAR(16), reason VARCHAR(4096),"
        + " read_started TIMESTAMP, read_finished TIMESTAMP)";
  }

  private static String create(String table) {
    return "CREATE TABLE IF NOT EXISTS " + table + " ";
  }

  private String name(String prefix, String hash) {
    return Sql.table(schema, prefix + hash);
  }

  private String perTopic(String topic) {
    return Hash.of(deliveryId, String.valueOf(generation), topic);
  }

  /** Without the delivery: two deliveries into one target must meet. */
  private static String perTarget(Target target) {
    return Hash.of(
        target.namespace().toLowerCase(Locale.ROOT), target.table().toLowerCase(Locale.ROOT));
  }
}
