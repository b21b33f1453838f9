package io.writeback.standin.redshift;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/** The PostgreSQL behind the proxy: where tables live and transactions happen. */
final class PostgresDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final String database;

  private PostgresDatabase(EmbeddedPostgres postgres, String database) {
    this.postgres = postgres;
    this.database = database;
  }

  static PostgresDatabase start(RedshiftSettings settings) throws IOException, SQLException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(1));
    Map.of(
            "max_connections", "120",
            "timezone", "UTC",
            // Redshift descends from PostgreSQL 8.0, where a backslash escapes in any literal.
            "standard_conforming_strings", "off",
            "escape_string_warning", "off",
            "backslash_quote", "on",
            // Deadlocks are found fast because tests wait for them.
            "deadlock_timeout", "200ms",
            "fsync", "off",
            "synchronous_commit", "off")
        .forEach(builder::setServerConfig);
    EmbeddedPostgres postgres = builder.start();
    try {
      PostgresDatabase database = new PostgresDatabase(postgres, settings.database());
      database.prepare(settings);
      return database;
    } catch (SQLException | RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  private void prepare(RedshiftSettings settings) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"));
        Statement statement = connection.createStatement()) {
      for (String user : settings.users().keySet()) {
        statement.execute("CREATE ROLE %s LOGIN".formatted(quote(user)));
        statement.execute("GRANT pg_read_all_stats TO %s".formatted(quote(user)));
      }
      statement.execute(
          "CREATE DATABASE %s OWNER %s ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
              .formatted(quote(database), quote(settings.user())));
    }
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE %s SET default_transaction_isolation = '%s'"
              .formatted(quote(database), settings.isolation().inPostgres()));
      statement.execute(script());
      statement.execute("ALTER SCHEMA public OWNER TO " + quote(settings.user()));
    }
  }

  private static String script() {
    try (InputStream in = PostgresDatabase.class.getResourceAsStream("catalog.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  int port() {
    return postgres.getPort();
  }

  String adminUrl() {
    return url(database);
  }

  private String url(String name) {
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres".formatted(postgres.getPort(), name);
  }

  /** A connection of the owner, beside the proxy. */
  Connection admin() throws SQLException {
    return DriverManager.getConnection(adminUrl());
  }

  /** Runs one statement as the owner. */
  void administer(String sql, Object... parameters) throws SQLException {
    try (Connection connection = admin();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.execute();
    }
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL did not stop", e);
    }
  }
}
