package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableList;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tables that rows of snapshots wait in: one per snapshot, made with an expiration, so that
 * what nobody drops drops itself.
 */
final class StagingTables {
  private static final String DELIVERY_LABEL = "writeback-staging";
  private static final String SNAPSHOT_LABEL = "writeback-snapshot";

  private final BigQueryRest rest;
  private final BigQueryTables tables;
  private final String deliveryLabel;
  private final boolean forNewTables;
  private final long ttlMs;
  private final InstantSource clock;

  /**
   * Staging.
   *
   * @param forNewTables whether each snapshot gets a table of its own
   */
  StagingTables(
      BigQueryRest rest,
      BigQueryTables tables,
      String deliveryId,
      boolean forNewTables,
      long ttlMs,
      InstantSource clock) {
    this.rest = rest;
    this.tables = tables;
    this.deliveryLabel = ChainIds.hash(deliveryId);
    this.forNewTables = forNewTables;
    this.ttlMs = ttlMs;
    this.clock = clock;
  }

  static Target of(Target target, String snapshot) {
    return new Target(target.namespace(), target.table() + "__wb_" + name(snapshot));
  }

  /**
   * Makes sure that the staging of a snapshot is there and has these columns. Where the target has
   * a type for them that records do not have, such as RANGE, so has the staging: what does not fit
   * is refused row by row, before the snapshot is complete.
   *
   * @return the columns that it has
   */
  List<TableFieldSchema> ensure(Target target, String snapshot, List<TableFieldSchema> columns) {
    boolean known =
        tables
            .seen(of(target, snapshot))
            .filter(staged -> TableFields.grown(staged, columns).isEmpty())
            .isPresent();
    List<TableFieldSchema> all =
        new ArrayList<>(known || forNewTables ? columns : tables.meant(target, columns));
    all.add(ordinal());
    all.add(column(BigQuerySql.REJECTED_COLUMN, "BOOLEAN"));
    return tables.ensureOwn(
        of(target, snapshot),
        all,
        new Table()
            .setExpirationTime(clock.millis() + ttlMs)
            .setLabels(Map.of(DELIVERY_LABEL, deliveryLabel, SNAPSHOT_LABEL, name(snapshot))));
  }

  /** The columns of the rows in a staging table, without its own. */
  static List<TableFieldSchema> withoutMarkers(List<TableFieldSchema> columns) {
    return columns.stream()
        .filter(
            column ->
                !column.getName().equals(BigQuerySql.ROW_COLUMN)
                    && !column.getName().equals(BigQuerySql.REJECTED_COLUMN))
        .toList();
  }

  /** Drops the staging of this delivery's snapshots that a decision covers. */
  int drop(String dataset, Predicate<String> decidedName) {
    int dropped = 0;
    for (TableList.Tables table : staged(dataset)) {
      if (decidedName.test(table.getLabels().get(SNAPSHOT_LABEL))) {
        Target staging = target(table);
        rest.deleteTable(staging);
        tables.forget(staging);
        dropped++;
      }
    }
    return dropped;
  }

  /** Lets the staging of these snapshots live on: their manifests are known and wait. */
  void prolong(String dataset, Set<String> names) {
    for (TableList.Tables table : staged(dataset)) {
      Long expires = table.getExpirationTime();
      if (names.contains(table.getLabels().get(SNAPSHOT_LABEL))
          && expires != null
          && expires < clock.millis() + ttlMs / 2) {
        rest.patchTable(target(table), new Table().setExpirationTime(clock.millis() + ttlMs), null);
      }
    }
  }

  private List<TableList.Tables> staged(String dataset) {
    return rest.listTables(dataset).stream()
        .filter(
            table ->
                table.getLabels() != null
                    && deliveryLabel.equals(table.getLabels().get(DELIVERY_LABEL)))
        .toList();
  }

  private static Target target(TableList.Tables table) {
    return new Target(
        table.getTableReference().getDatasetId(), table.getTableReference().getTableId());
  }

  /** A snapshot's id as part of a table name and as a label; ours are as they are. */
  static String name(String snapshot) {
    return snapshot.matches("[a-z0-9_]{1,63}") ? snapshot : ChainIds.hash(snapshot);
  }

  static TableFieldSchema ordinal() {
    return column(BigQuerySql.ROW_COLUMN, "INTEGER");
  }

  private static TableFieldSchema column(String name, String type) {
    return new TableFieldSchema().setName(name).setType(type).setMode(TableFields.NULLABLE);
  }
}
