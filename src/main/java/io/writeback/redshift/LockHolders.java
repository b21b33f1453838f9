package io.writeback.redshift;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Who holds locks on a table, for a message. */
final class LockHolders {
  private static final String SQL =
      "SELECT DISTINCT t.pid, t.txn_owner FROM svv_transactions t"
          + " JOIN pg_class c ON c.oid = t.relation"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE t.granted = 't' AND t.pid <> pg_backend_pid() AND n.nspname = ? AND c.relname = ?";

  private LockHolders() {}

  /** Process ids of the holders. */
  static List<Integer> pids(Session session, List<String> tables) throws SQLException {
    List<Integer> pids = new ArrayList<>();
    for (String table : tables) {
      int dot = table.indexOf("\".\"");
      pids.addAll(
          session.query(
              SQL,
              row -> row.getInt(1),
              table.substring(1, dot),
              table.substring(dot + 3, table.length() - 1)));
    }
    return pids;
  }

  /**
   * Holders in words.
   *
   * @param tables full names in quotes
   */
  static List<String> of(Session session, List<String> tables) throws SQLException {
    List<String> holders = new ArrayList<>();
    for (String table : tables) {
      int dot = table.indexOf("\".\"");
      holders.addAll(
          session.query(
              SQL,
              row -> "process " + row.getInt(1) + " of user " + row.getString(2).trim(),
              table.substring(1, dot),
              table.substring(dot + 3, table.length() - 1)));
    }
    return holders;
  }
}
