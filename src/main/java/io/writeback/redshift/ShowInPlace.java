package io.writeback.redshift;

import io.writeback.sink.RegisteredManifest;
import java.util.List;

/**
 * Loads into the target as it is; {@code replace} empties it first, in the same transaction, so
 * that readers see the old rows or the new ones, and views and grants stay. TRUNCATE would commit
 * on the way.
 *
 * @param empties whether the rows that were there go
 */
record ShowInPlace(
    Sessions sessions, TargetTables targets, Copier copier, SqlHooks hooks, boolean empties)
    implements Showing {
  @Override
  public Prepared prepare(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects, long refused) {
    targets.prepare(manifest.target(), targets.columnsFor(manifest.target(), columns));
    String table = Sql.table(manifest.target());
    return (session, registered, counter) -> {
      hooks.before(session, manifest.target());
      if (empties) {
        session.update("DELETE FROM " + table);
      }
      long rows =
          registered.isEmpty()
              ? 0
              : copier.copy(session, table, targets.mapped(manifest.target(), registered), refused);
      hooks.after(session, manifest.target());
      return new Shown(rows, counter);
    };
  }

  @Override
  public long refused(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects) {
    return refused(sessions, targets, copier, manifest, objects);
  }

  static long refused(
      Sessions sessions,
      TargetTables targets,
      Copier copier,
      RegisteredManifest manifest,
      List<StagedObject> objects) {
    return sessions.rolledBack(
        "look for the rows that cannot be loaded",
        session ->
            copier.provoke(
                session, Sql.table(manifest.target()), targets.mapped(manifest.target(), objects)));
  }
}
