package io.writeback.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection, in autocommit: BEGIN and COMMIT are sent as the statements they are, because a
 * driver that begins transactions by itself sends BEGIN and the first statement together, and a
 * LOCK sent so has been seen not to wait. Not for several threads.
 */
final class Session implements AutoCloseable {
  private final Connection connection;
  private final int pid;
  private long lastUsedNanos = System.nanoTime();

  private Session(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(true);
    execute("SET TIME ZONE 'UTC'");
    this.pid = query("SELECT pg_backend_pid()", row -> row.getInt(1)).get(0);
  }

  /** A session on a new connection, which is closed if that fails. */
  static Session on(Connection connection) throws SQLException {
    try {
      return new Session(connection);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Process id of the session in the warehouse. */
  int pid() {
    return pid;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    lastUsedNanos = System.nanoTime();
  }

  /** Rows changed. */
  int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    } finally {
      lastUsedNanos = System.nanoTime();
    }
  }

  <T> List<T> query(String sql, Row<T> reader, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      List<T> rows = new ArrayList<>();
      try (ResultSet results = statement.executeQuery()) {
        while (results.next()) {
          rows.add(reader.read(results));
        }
      }
      return rows;
    } finally {
      lastUsedNanos = System.nanoTime();
    }
  }

  /** Makes a row of a result into something. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  long idleMs() {
    return (System.nanoTime() - lastUsedNanos) / 1_000_000;
  }

  /** Asks the server. */
  boolean alive(long timeoutMs) {
    try {
      return connection.isValid((int) Math.max(1, timeoutMs / 1000));
    } catch (SQLException e) {
      return false;
    }
  }

  private static void bind(PreparedStatement statement, Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      if (value instanceof Long number) {
        statement.setLong(i + 1, number);
      } else if (value instanceof Integer number) {
        statement.setInt(i + 1, number);
      } else if (value instanceof String text) {
        statement.setString(i + 1, text);
      } else if (value instanceof NullOf type) {
        statement.setNull(i + 1, type.sqlType());
      } else {
        throw new IllegalArgumentException("no binding for value " + (i + 1));
      }
    }
  }

  /** A null that says its type. */
  enum NullOf {
    BIGINT(Types.BIGINT),
    VARCHAR(Types.VARCHAR);

    private final int sqlType;

    NullOf(int sqlType) {
      this.sqlType = sqlType;
    }

    int sqlType() {
      return sqlType;
    }

    static Object orLong(Long value) {
      return value == null ? BIGINT : value;
    }

    static Object orText(String value) {
      return value == null ? VARCHAR : value;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server drops what a dead connection held.
    }
  }
}
