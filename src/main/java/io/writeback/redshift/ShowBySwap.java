package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads into a new table without any lock, then gives it the target's name: readers wait for a
 * moment only, and no deleted rows are left for VACUUM. Grants are copied. An ordinary view would
 * stay with the old table, so the old table cannot be dropped, and nothing is shown; late-binding
 * views follow the name.
 *
 * <p>The new table's name is of this attempt alone, so two attempts cannot mix their rows. What
 * attempts have left behind is dropped after the next one.
 */
final class ShowBySwap implements Showing {
  private static final Logger LOG = LoggerFactory.getLogger(ShowBySwap.class);
  private static final String MARK = "__wb_";

  /** Longest start of the target's name in the names of its new tables, in characters. */
  private static final int HEAD = 90;

  private final Sessions sessions;
  private final TargetTables targets;
  private final Copier copier;
  private final SqlHooks hooks;

  ShowBySwap(Sessions sessions, TargetTables targets, Copier copier, SqlHooks hooks) {
    this.hooks = hooks;
    this.sessions = sessions;
    this.targets = targets;
    this.copier = copier;
  }

  @Override
  public Prepared prepare(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects, long refused) {
    Target target = manifest.target();
    // The target is made or changed first, so that the new table can be made like it.
    targets.prepare(target, targets.columnsFor(target, columns));
    String id = UUID.randomUUID().toString().substring(0, 8);
    Target fresh = new Target(target.namespace(), head(target) + id);
    Target old = new Target(target.namespace(), head(target) + "old_" + id);
    long rows =
        sessions.load("load a table for " + target, s -> load(s, target, fresh, objects, refused));
    return new Prepared() {
      @Override
      public Shown show(Session session, List<StagedObject> registered, long counter)
          throws SQLException {
        Set<StagedObject> loaded = new HashSet<>(objects);
        if (!loaded.equals(new HashSet<>(registered))) {
          throw FaultException.retry("what is staged for " + target + " has changed", null);
        }
        hooks.before(session, target);
        swap(session, target, fresh, old);
        hooks.after(session, target);
        return new Shown(rows, counter);
      }

      @Override
      public void close() {
        dropLeftovers(target);
      }
    };
  }

  /** By the target, which the new table is made like. */
  @Override
  public long refused(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects) {
    return ShowInPlace.refused(sessions, targets, copier, manifest, objects);
  }

  private long load(
      Session session, Target target, Target fresh, List<StagedObject> objects, long refused)
      throws SQLException {
    session.execute(
        "CREATE TABLE "
            + Sql.table(fresh)
            + " (LIKE "
            + Sql.table(target)
            + " INCLUDING DEFAULTS)");
    return objects.isEmpty()
        ? 0
        : copier.copy(session, Sql.table(fresh), targets.mapped(target, objects), refused);
  }

  private static void swap(Session session, Target target, Target fresh, Target old)
      throws SQLException {
    for (String grant : Grants.copied(session, target, fresh)) {
      session.execute(grant);
    }
    session.execute(rename(target, old));
    session.execute(rename(fresh, target));
    try {
      session.execute("DROP TABLE " + Sql.table(old));
    } catch (SQLException e) {
      if (!"2BP01".equals(e.getSQLState())) {
        throw e;
      }
      throw FaultException.configuration(
          "views or other objects depend on table "
              + target
              + ", and would stay with its old rows. Make the views WITH NO SCHEMA BINDING, or set "
              + RedshiftSinkConfig.OVERWRITE_METHOD
              + "=replace",
          e);
    }
  }

  private static String rename(Target from, Target to) {
    return "ALTER TABLE "
        + Sql.table(from)
        + " RENAME TO "
        + Sql.identifier(ColumnNames.fold(to.table()));
  }

  private static String head(Target target) {
    String name = ColumnNames.fold(target.table());
    return (name.length() <= HEAD ? name : name.substring(0, HEAD)) + MARK;
  }

  /** Also what another process is loading now, if it still is: then it has to begin again. */
  private void dropLeftovers(Target target) {
    try {
      List<String> dropped =
          sessions.call(
              "drop tables that were not shown",
              session -> {
                List<String> names = leftovers(session, target);
                for (String name : names) {
                  session.execute("DROP TABLE IF EXISTS " + Sql.table(target.namespace(), name));
                }
                return names;
              });
      if (!dropped.isEmpty()) {
        LOG.debug("Dropped {}", dropped);
      }
    } catch (FaultException e) {
      LOG.warn("Tables that were loaded for {} and not shown are left: {}", target, e.getMessage());
    }
  }

  private static List<String> leftovers(Session session, Target target) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String name :
        session.query(
            "SELECT table_name FROM svv_tables WHERE table_schema = ?",
            row -> row.getString(1),
            ColumnNames.fold(target.namespace()))) {
      if (name.startsWith(head(target))
          && name.substring(head(target).length()).matches("(old_)?[0-9a-f]{8}")) {
        found.add(name);
      }
    }
    return found;
  }
}
