package io.writeback.redshift;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table of its own for each snapshot. Its number comes from the control row, and the table is
 * made and filled in the transaction that writes the number back: no number is used twice, and no
 * table is there without its rows.
 *
 * @param format of the name, over {table} and {counter}
 */
record ShowInNewTable(
    Sessions sessions, Copier copier, SqlHooks hooks, TableDesign design, String format)
    implements Showing {
  private static final Logger LOG = LoggerFactory.getLogger(ShowInNewTable.class);

  @Override
  public Prepared prepare(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects, long refused) {
    return (session, registered, counter) -> {
      long number = free(session, manifest.target(), counter + 1);
      Target table = named(manifest.target(), number);
      for (String statement : design.create(table, columns)) {
        session.execute(statement);
      }
      hooks.before(session, table);
      long rows =
          registered.isEmpty() ? 0 : copier.copy(session, Sql.table(table), registered, refused);
      hooks.after(session, table);
      LOG.debug("Making table {} of {} rows", table, rows);
      return new Shown(rows, number);
    };
  }

  @Override
  public long refused(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects) {
    String table = "_wb_try_" + UUID.randomUUID().toString().substring(0, 8);
    return sessions.rolledBack(
        "look for the rows that cannot be loaded",
        session -> {
          session.execute(TableChange.temporary(table, columns));
          return copier.provoke(session, Sql.identifier(table), objects);
        });
  }

  /** The table with a number. */
  Target named(Target base, long number) {
    return new Target(
        base.namespace(),
        format
            .replace("{table}", base.table())
            .replace("{counter}", String.format(Locale.ROOT, "%d", number)));
  }

  /** The next number whose table is not there: a user may have made some before us. */
  private long free(Session session, Target base, long from) throws SQLException {
    long number = from;
    while (exists(session, named(base, number))) {
      number++;
    }
    return number;
  }

  private static boolean exists(Session session, Target table) throws SQLException {
    return session
            .query(
                "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = ? AND c.relname = ?",
                row -> row.getLong(1),
                ColumnNames.fold(table.namespace()),
                ColumnNames.fold(table.table()))
            .get(0)
        > 0;
  }
}
