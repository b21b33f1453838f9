package io.writeback.crash;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What is committed in the database behind the Redshift stand-in, past its faults. */
final class RedshiftReader extends WarehouseReader {
  private final Connection connection;

  RedshiftReader(String adminUrl) throws SQLException {
    connection = DriverManager.getConnection(adminUrl);
  }

  @Override
  List<List<String>> query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<String>> rows = new ArrayList<>();
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          cells.add(result.getString(i));
        }
        rows.add(cells);
      }
      return rows;
    }
  }

  @Override
  String from(String table) {
    return Cloud.NAMESPACE + "." + table;
  }

  @Override
  String columnsOf(String table) {
    return "SELECT column_name FROM information_schema.columns WHERE table_schema = '"
        + Cloud.NAMESPACE
        + "' AND table_name = '"
        + table
        + "'";
  }

  @Override
  String tablesLike(String prefix) {
    return "SELECT table_name FROM information_schema.tables WHERE table_schema = '"
        + Cloud.NAMESPACE
        + "'";
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Nobody reads any more.
    }
  }
}
