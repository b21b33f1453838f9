package io.writeback.redshift;

import io.writeback.real.Leftovers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A real Redshift and a real bucket, or what claims to be that, reached as the sink reaches them.
 * Everything that is made there has a random name and is deleted in the end.
 */
final class RedshiftSite {
  private static final String WAIT_MS = "30000";

  final Sessions sessions;
  final RedshiftFaults faults;
  private final RedshiftSinkConfig config;
  private final Leftovers leftovers;
  private final String suffix = UUID.randomUUID().toString().substring(0, 8);
  private int made;

  RedshiftSite(Map<String, String> services, Leftovers leftovers) {
    this.config = config(services);
    this.leftovers = leftovers;
    this.faults = new RedshiftFaults(config.secrets());
    this.sessions = leftovers.open(new Sessions(config.connection(), faults, Optional.empty()));
  }

  /** What is missing is not used; waits are short, so that a probe ends. */
  static RedshiftSinkConfig config(Map<String, String> services) {
    Map<String, String> config = new HashMap<>();
    config.put("redshift.host", "localhost");
    config.put("redshift.database", "none");
    config.put("redshift.user", "none");
    config.put("s3.bucket", "none");
    config.put("s3.region", "us-east-1");
    config.put("redshift.lock.timeout.ms", WAIT_MS);
    config.put("redshift.statement.timeout.ms", WAIT_MS);
    config.putAll(services);
    config.put("name", "writeback-probe");
    config.put("topics", "writeback-probe");
    return new RedshiftSinkConfig(config);
  }

  /**
   * Makes a table.
   *
   * @param columns as in DDL
   * @return its full name in quotes
   */
  String table(String columns) {
    String table =
        Sql.table(config.getString(RedshiftSinkConfig.SCHEMA), "wb_probe_" + suffix + "_" + ++made);
    leftovers.add("table " + table, () -> run("drop " + table, "DROP TABLE IF EXISTS " + table));
    run("make " + table, "CREATE TABLE " + table + " (" + columns + ")");
    return table;
  }

  /** Runs statements, each of its own. */
  void run(String what, String... statements) {
    sessions.load(
        what,
        session -> {
          for (String statement : statements) {
            session.execute(statement);
          }
          return null;
        });
  }

  /** The one number that a query gives. */
  long number(String sql) {
    return sessions.load("ask", session -> number(session, sql));
  }

  static long number(Session session, String sql) throws SQLException {
    return session.query(sql, row -> row.getLong(1)).get(0);
  }

  /** The isolation level of the database, in the words of the view that tells it. */
  String isolation() {
    try {
      return sessions.load(
          "look at the isolation level",
          session ->
              session
                  .query(
                      "SELECT isolation_level FROM stv_db_isolation_level"
                          + " WHERE db_name = current_database()",
                      row -> row.getString(1))
                  .get(0)
                  .strip());
    } catch (RuntimeException e) {
      return "a level that it does not tell";
    }
  }

  /** The way rows take from here into a table. */
  Staged staged() {
    return new Staged(config, faults, leftovers, "writeback-probe-" + suffix);
  }

  /** A bucket, and COPY from it. */
  static final class Staged {
    final AwsClients clients;
    final S3Stage stage;
    final S3Settings settings;
    final ObjectKeys keys;
    final Copier copier;
    private final Leftovers leftovers;

    Staged(RedshiftSinkConfig config, RedshiftFaults faults, Leftovers leftovers, String delivery) {
      this.leftovers = leftovers;
      this.settings = config.s3();
      this.clients = leftovers.open(new AwsClients(settings));
      this.stage = leftovers.open(new S3Stage(clients.s3(), settings, faults, "probe"));
      this.keys = new ObjectKeys(settings.prefix(), delivery);
      Secrets secrets = config.secrets();
      this.copier =
          new Copier(
              stage,
              keys,
              settings.region(),
              () -> config.authorization(clients, secrets),
              config.copyOptions());
    }

    /** A key that nobody else has, whose object is deleted in the end. */
    String key() {
      String key = keys.probe(UUID.randomUUID().toString());
      leftovers.add("object " + stage.uri(key), () -> stage.delete(List.of(key)));
      return key;
    }

    /** Stages a file. */
    StagedObject put(String csv, long rows, Column... columns) {
      byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
      StagedObject object =
          new StagedObject(
              key(), List.of(columns), 0, Compression.NONE, rows, bytes.length, 0, 0, 0, 0);
      stage.put(object.key(), bytes);
      return object;
    }
  }
}
