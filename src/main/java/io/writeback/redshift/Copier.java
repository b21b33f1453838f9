package io.writeback.redshift;

import io.writeback.redshift.CopyStatement.Authorization;
import io.writeback.retry.FaultException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Loads objects by COPY inside a transaction, and counts what came in. */
final class Copier {
  /** The most that COPY takes (Developer Guide, "Data load operations", MAXERROR). */
  static final int MOST_REFUSED = 100_000;

  private final S3Stage stage;
  private final ObjectKeys keys;
  private final String region;
  private final Supplier<Authorization> authorization;
  private final String extraOptions;

  Copier(
      S3Stage stage,
      ObjectKeys keys,
      String region,
      Supplier<Authorization> authorization,
      String extraOptions) {
    this.stage = stage;
    this.keys = keys;
    this.region = region;
    this.authorization = authorization;
    this.extraOptions = extraOptions;
  }

  /**
   * Loads. One COPY for all objects that agree on columns and null token, which nearly always is
   * one COPY.
   *
   * @param table full name in quotes
   * @return rows loaded
   */
  long copy(Session session, String table, List<StagedObject> objects) throws SQLException {
    return copy(session, table, objects, 0);
  }

  /**
   * Loads all but the rows that COPY is known to refuse.
   *
   * @param refused how many these are, below {@link #MOST_REFUSED}
   */
  long copy(Session session, String table, List<StagedObject> objects, long refused)
      throws SQLException {
    // "The load fails with so many errors or more" (same section).
    String options = extraOptions + (refused == 0 ? "" : " MAXERROR " + (refused + 1));
    long loaded = load(session, table, objects, options);
    long expected = rows(objects) - refused;
    if (loaded != expected) {
      throw FaultException.fatal(
          "COPY into "
              + table
              + " loaded "
              + loaded
              + " rows of "
              + expected
              + " staged ones; nothing of it was kept. Check redshift.copy.options for options"
              + " that leave rows out",
          null);
    }
    return loaded;
  }

  /**
   * Loads what can be loaded, and has the rest noted. Never to be committed.
   *
   * @return rows refused
   */
  long provoke(Session session, String table, List<StagedObject> objects) throws SQLException {
    return rows(objects)
        - load(session, table, objects, extraOptions + " MAXERROR " + MOST_REFUSED);
  }

  private long load(Session session, String table, List<StagedObject> objects, String options)
      throws SQLException {
    long loaded = 0;
    for (Map.Entry<StagedObject.Load, List<StagedObject>> load : loads(objects).entrySet()) {
      loaded += copyOnce(session, table, load.getKey(), load.getValue(), options);
    }
    return loaded;
  }

  private static long rows(List<StagedObject> objects) {
    return objects.stream().mapToLong(StagedObject::rows).sum();
  }

  private static Map<StagedObject.Load, List<StagedObject>> loads(List<StagedObject> objects) {
    Map<StagedObject.Load, List<StagedObject>> loads = new TreeMap<>();
    for (StagedObject object : objects) {
      loads.computeIfAbsent(object.load(), load -> new ArrayList<>()).add(object);
    }
    return loads;
  }

  private long copyOnce(
      Session session,
      String table,
      StagedObject.Load load,
      List<StagedObject> objects,
      String options)
      throws SQLException {
    String key = keys.manifest(UUID.randomUUID().toString());
    List<String> uris = objects.stream().map(object -> stage.uri(object.key())).toList();
    stage.put(key, CopyStatement.manifest(uris).getBytes(StandardCharsets.UTF_8));
    try {
      CopyStatement copy =
          new CopyStatement(table, load, stage.uri(key), region, authorization.get(), options);
      session.execute(copy.sql());
      return session.query("SELECT pg_last_copy_count()", row -> row.getLong(1)).get(0);
    } finally {
      // After a failure too: another try writes another one.
      stage.deleteLater(List.of(key));
    }
  }
}
