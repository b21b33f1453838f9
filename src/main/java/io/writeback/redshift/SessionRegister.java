package io.writeback.redshift;

import io.writeback.retry.FaultException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions of this delivery in the warehouse, so that those of an owner that is gone can be told
 * from everybody else's, and ended: a server does not notice for a long time that a client is dead,
 * and keeps its locks. Process ids are used again, so the start of a session counts too.
 */
final class SessionRegister {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRegister.class);
  private static final String STARTED = "CAST(EXTRACT(EPOCH FROM starttime) AS BIGINT)";

  private final ControlTables tables;
  private final String owner;
  private final AtomicBoolean made = new AtomicBoolean();

  SessionRegister(ControlTables tables, String owner) {
    this.tables = tables;
    this.owner = owner;
  }

  /** Enters a new session. What keeps it from it is no reason to do without the session. */
  void enter(Session session) {
    try {
      if (!made.get()) {
        session.execute(tables.createSessions());
        made.set(true);
      }
      session.update(
          "INSERT INTO "
              + tables.sessions()
              + " (pid, started, owner, entered_ms) SELECT process, "
              + STARTED
              + ", CAST(? AS VARCHAR(1024)), CAST(? AS BIGINT) FROM stv_sessions"
              + " WHERE process = pg_backend_pid()",
          owner,
          System.currentTimeMillis());
    } catch (SQLException e) {
      made.set(false);
      LOG.warn("A session is not in the register: {}", e.getMessage());
    }
  }

  /**
   * Ends sessions of this delivery that hold a lock, except those that the caller itself uses: it
   * may be committing other partitions of the topic.
   *
   * @param locks full names in quotes
   * @return their process ids
   */
  List<Integer> end(Sessions sessions, List<String> locks) {
    try {
      return sessions.call(
          "end the session of an old owner", session -> end(session, sessions, locks));
    } catch (FaultException e) {
      LOG.warn("{}", e.getMessage());
      return List.of();
    }
  }

  private List<Integer> end(Session session, Sessions sessions, List<String> locks)
      throws SQLException {
    Map<Integer, Long> ours = new HashMap<>();
    session.query(
        "SELECT pid, MAX(started) FROM " + tables.sessions() + " GROUP BY pid",
        row -> ours.put(row.getInt(1), row.getLong(2)));
    List<Integer> ended = new ArrayList<>();
    for (int pid : LockHolders.pids(session, locks)) {
      Long started = ours.get(pid);
      List<Long> now =
          session.query(
              "SELECT " + STARTED + " FROM stv_sessions WHERE process = ?",
              row -> row.getLong(1),
              pid);
      if (started != null && now.equals(List.of(started)) && !sessions.uses(pid)) {
        session.query("SELECT pg_terminate_backend(?)", row -> row.getBoolean(1), pid);
        ended.add(pid);
      }
    }
    return ended;
  }
}
