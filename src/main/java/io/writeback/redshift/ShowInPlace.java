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
record ShowInPlace(TargetTables targets, Copier copier, SqlHooks hooks, boolean empties)
    implements Showing {
  @Override
  public Prepared prepare(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects) {
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
              : copier.copy(session, table, targets.mapped(manifest.target(), registered));
      hooks.after(session, manifest.target());
      return new Shown(rows, counter);
    };
  }
}
