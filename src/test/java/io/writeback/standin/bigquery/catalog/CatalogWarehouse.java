package io.writeback.standin.bigquery.catalog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The port to the tables, over the catalog. */
public final class CatalogWarehouse implements Warehouse {
  /** GoogleSQL condition on a table to DuckDB's dialect. */
  @FunctionalInterface
  public interface Conditions {
    String translate(TableId table, String condition);
  }

  private final Catalog catalog;
  private final Conditions conditions;

  public CatalogWarehouse(Catalog catalog, Conditions conditions) {
    this.catalog = catalog;
    this.conditions = conditions;
  }

  @Override
  public Optional<TableSchema> schema(TableId table) {
    return catalog.find(table).filter(t -> t.viewQuery().isEmpty()).map(StoredTable::writerSchema);
  }

  @Override
  public String incarnation(TableId table) {
    return catalog.table(table).physicalName();
  }

  @Override
  public List<String> primaryKey(TableId table) {
    return catalog.table(table).primaryKey();
  }

  @Override
  public String location(TableId table) {
    return catalog.table(table).location();
  }

  @Override
  public Instant created(TableId table) {
    return Instant.ofEpochMilli(catalog.table(table).created());
  }

  @Override
  public long rowCount(TableId table) {
    return catalog.rowCount(catalog.table(table));
  }

  @Override
  public void append(TableId id, List<? extends List<?>> rows) {
    StoredTable table = catalog.table(id);
    try (StoreSession session = catalog.session()) {
      session.appendTo(table);
      session.run(
          () -> {
            write(session, table, rows);
            session.onCommit(table::dataChanged);
            return null;
          });
    }
  }

  private static void write(StoreSession session, StoredTable table, List<? extends List<?>> rows)
      throws SQLException {
    try (RowWriter writer = new RowWriter(session, table, null)) {
      for (List<?> row : rows) {
        writer.append(row);
      }
    }
  }

  @Override
  public void change(TableId id, List<RowChange> changes) {
    StoredTable table = catalog.table(id);
    try (StoreSession session = catalog.session()) {
      session.mutate(table);
      session.run(
          () -> {
            for (RowChange change : changes) {
              delete(session, table, change.row());
              if (!change.delete()) {
                write(session, table, List.of(change.row()));
              }
            }
            session.onCommit(table::dataChanged);
            return null;
          });
    }
  }

  private static void delete(StoreSession session, StoredTable table, List<?> row)
      throws SQLException {
    List<String> key = table.primaryKey();
    String where =
        key.stream()
            .map(column -> Identifiers.quote(column) + " = ?")
            .collect(Collectors.joining(" AND "));
    try (PreparedStatement statement =
        session
            .connection()
            .prepareStatement("DELETE FROM " + table.physical() + " WHERE " + where)) {
      List<String> names = table.schema().names();
      for (int i = 0; i < key.size(); i++) {
        int column = i;
        int at = (int) names.stream().takeWhile(n -> !n.equalsIgnoreCase(key.get(column))).count();
        Object value = row.get(at);
        statement.setObject(
            i + 1, value instanceof Instant t ? t.atOffset(java.time.ZoneOffset.UTC) : value);
      }
      statement.executeUpdate();
    }
  }

  @Override
  public RowCursor read(TableId id, List<String> columns, long offset) {
    return TableCursor.open(catalog, catalog.table(id), columns, offset);
  }

  @Override
  public TableId snapshot(TableId id, List<String> columns, String rowRestriction) {
    StoredTable table = catalog.table(id);
    List<Field> fields = TableCursor.select(table, columns);
    String names =
        fields.stream().map(f -> Identifiers.quote(f.name())).collect(Collectors.joining(", "));
    String where =
        rowRestriction.isBlank() ? "" : " WHERE " + conditions.translate(id, rowRestriction);
    try (StoreSession session = catalog.session()) {
      return catalog
          .createResult(
              session,
              id.project(),
              table.location(),
              "SELECT " + names + " FROM " + table.physical() + where)
          .id();
    }
  }
}
