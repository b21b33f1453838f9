package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.RowReader;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.sql.ResultSet;
import java.sql.Statement;

/** Keeps the rows of a SELECT in a table of their own, for paging. */
final class Results {
  private Results() {}

  static StoredTable store(
      Catalog catalog, StoreSession session, String project, String location, String sql) {
    if (!session.inTransaction()) {
      return catalog.createResult(session, project, location, sql);
    }
    // The result outlives the transaction, even if that is rolled back: another session writes it.
    try (StoreSession writer = catalog.session()) {
      StoredTable result =
          catalog.createResult(writer, project, location, catalog.emptySelect(session, sql));
      writer.appendTo(result);
      RowReader reader = new RowReader(result.schema().fields());
      writer.run(
          () -> {
            try (Statement statement = session.connection().createStatement();
                ResultSet rows =
                    statement.executeQuery(
                        "SELECT " + reader.selectList() + " FROM (" + sql + ")");
                RowWriter out = new RowWriter(writer, result, null)) {
              while (rows.next()) {
                out.append(reader.read(rows));
              }
              return null;
            }
          });
      return result;
    }
  }
}
