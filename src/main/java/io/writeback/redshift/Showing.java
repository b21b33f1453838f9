package io.writeback.redshift;

import io.writeback.sink.RegisteredManifest;
import java.sql.SQLException;
import java.util.List;

/** How a complete snapshot becomes visible, by write mode. */
interface Showing {
  /**
   * What can be done before the transaction that shows it: tables are made ready.
   *
   * @param columns of all its rows
   * @param objects that hold its rows
   * @param refused rows that COPY is known to refuse, and that are left out
   */
  Prepared prepare(
      RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects, long refused);

  /** How many rows COPY refuses. Each is noted by the warehouse, and nothing is kept. */
  long refused(RegisteredManifest manifest, List<Column> columns, List<StagedObject> objects);

  /** A snapshot that is ready to be shown. */
  interface Prepared extends AutoCloseable {
    /**
     * Shows it, in the transaction that has locked the control row of the target.
     *
     * @param objects as they are registered now; those given before, or the snapshot has changed
     * @param counter of the table last made, in mode create
     */
    Shown show(Session session, List<StagedObject> objects, long counter) throws SQLException;

    /** After the transaction, whatever came of it. */
    @Override
    default void close() {}
  }

  /**
   * What is shown.
   *
   * @param rows loaded
   * @param counter of the table last made
   */
  record Shown(long rows, long counter) {}
}
