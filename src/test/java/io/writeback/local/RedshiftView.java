package io.writeback.local;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Redshift through its JDBC driver. */
final class RedshiftView extends WarehouseView {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_SCHEMA = "3F000";

  private final String url;
  private final Properties login;
  private final String schema;

  RedshiftView(String url, Properties login, String schema) {
    this.url = url;
    this.login = login;
    this.schema = schema;
  }

  @Override
  String name() {
    return "redshift";
  }

  @Override
  String table(String table) {
    return quote(schema) + "." + quote(table);
  }

  @Override
  String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  @Override
  Optional<List<List<String>>> query(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, login);
        Statement statement = connection.createStatement();
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
      return Optional.of(rows);
    } catch (SQLException e) {
      if (UNDEFINED_TABLE.equals(e.getSQLState()) || UNDEFINED_SCHEMA.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  String dayNumber(String column) {
    return "(" + column + " - DATE '1970-01-01')";
  }

  @Override
  String secondNumber(String expression) {
    return "EXTRACT(EPOCH FROM " + expression + ")";
  }

  @Override
  String md5(String column) {
    return "MD5(" + column + ")";
  }

  @Override
  public void close() {}
}
