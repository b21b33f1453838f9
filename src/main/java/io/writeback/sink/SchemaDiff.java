package io.writeback.sink;

import java.util.List;

/**
 * What has to change about a table so that rows of another schema fit. Pure; columns of the table
 * that the rows lack are relaxed, never dropped.
 *
 * @param added columns that the table lacks
 * @param relaxed columns of the table, by their name there, that must accept nulls
 * @param widened columns whose type must grow; every old value fits the new type
 * @param changed columns whose types do not fit each other
 */
public record SchemaDiff(
    List<TableColumn> added, List<String> relaxed, List<Change> widened, List<Change> changed) {
  public SchemaDiff {
    added = List.copyOf(added);
    relaxed = List.copyOf(relaxed);
    widened = List.copyOf(widened);
    changed = List.copyOf(changed);
  }

  /** A column before and after. */
  public record Change(TableColumn from, TableColumn to) {}

  /** What {@code table} needs so that rows of {@code rows} fit. */
  public static SchemaDiff between(TableSchema table, TableSchema rows) {
    return SchemaComparison.compare(table, rows);
  }

  public boolean isEmpty() {
    return added.isEmpty() && relaxed.isEmpty() && widened.isEmpty() && changed.isEmpty();
  }
}
