package io.writeback.standin.bigquery.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Reads one table in storage order, row by row and never as a whole. */
public final class TableCursor implements Warehouse.RowCursor {
  private final StoreSession session;
  private final List<Field> fields;
  private final RowReader reader;
  private final Statement statement;
  private final ResultSet rows;

  private TableCursor(StoreSession session, StoredTable table, List<Field> fields, long offset)
      throws SQLException {
    this.session = session;
    this.fields = fields;
    this.reader = new RowReader(fields);
    this.statement = session.connection().createStatement();
    // DuckDB keeps the order of insertion in a plain scan.
    this.rows =
        statement.executeQuery(
            "SELECT " + reader.selectList() + " FROM " + table.physical() + " OFFSET " + offset);
  }

  /** Opens a cursor over some columns, or over all if none is named. */
  public static TableCursor open(
      Catalog catalog, StoredTable table, List<String> columns, long offset) {
    StoreSession session = catalog.session();
    try {
      return new TableCursor(session, table, select(table, columns), offset);
    } catch (SQLException e) {
      session.close();
      throw StoreErrors.translate(e);
    }
  }

  static List<Field> select(StoredTable table, List<String> columns) {
    if (columns.isEmpty()) {
      return table.schema().fields();
    }
    return columns.stream()
        .map(
            name ->
                table
                    .schema()
                    .field(name)
                    .orElseThrow(() -> ApiException.invalid("No such field: " + name)))
        .toList();
  }

  @Override
  public List<Field> fields() {
    return fields;
  }

  @Override
  public List<Object> next() {
    try {
      return rows.next() ? reader.read(rows) : null;
    } catch (SQLException e) {
      throw StoreErrors.translate(e);
    }
  }

  @Override
  public void close() {
    try (session;
        statement;
        rows) {
      return;
    } catch (SQLException e) {
      throw StoreErrors.translate(e);
    }
  }
}
