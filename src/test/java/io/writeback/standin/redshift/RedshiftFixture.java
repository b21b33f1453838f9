package io.writeback.standin.redshift;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A stand-in with a bucket, and shorthands for its clients. */
final class RedshiftFixture implements AutoCloseable {
  final MemoryObjects objects = new MemoryObjects();
  final RedshiftStandIn standIn;

  RedshiftFixture() throws Exception {
    this(RedshiftSettings.builder());
  }

  RedshiftFixture(RedshiftSettings.Builder settings) throws Exception {
    standIn =
        RedshiftStandIn.start(
            settings.objects(objects).role("arn:aws:iam::1:role/copy", MemoryObjects.KEYS).build());
  }

  /** A connection of the real driver without TLS. */
  Connection connect(String... options) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", standIn.user());
    properties.setProperty("password", standIn.password());
    properties.setProperty("ssl", "false");
    properties.setProperty("loginTimeout", "20");
    for (String option : options) {
      properties.setProperty(
          option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    return DriverManager.getConnection(standIn.jdbcUrl(), properties);
  }

  static void run(Connection connection, String... statements) throws SQLException {
    for (String sql : statements) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  /** The rows of a query, columns joined by a bar. */
  static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return rows;
  }

  static String value(Connection connection, String sql) throws SQLException {
    return rows(connection, sql).get(0);
  }

  /** What the database holds, seen without the proxy. */
  String truth(String sql) throws SQLException {
    try (Connection admin = DriverManager.getConnection(standIn.adminUrl())) {
      return value(admin, sql);
    }
  }

  @Override
  public void close() {
    standIn.close();
  }
}
