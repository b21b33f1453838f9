package io.writeback.redshift;

import java.time.Instant;
import java.util.List;

/**
 * What keeps control tables small.
 *
 * @param logRetentionMs age at which rows of the log go
 * @param endsOldSessions whether sessions of old owners that hold locks may be ended
 */
record Upkeep(
    ControlTables tables, Sessions sessions, long logRetentionMs, boolean endsOldSessions) {
  private static final long SESSIONS_MS = 7 * 86_400_000L;

  /** Deletes old rows, if there are any, under the lock of the flushes that write the tables. */
  void run(String topic) {
    long now = System.currentTimeMillis();
    Object oldest = Reconciliation.text(Instant.ofEpochMilli(now - logRetentionMs));
    String old = " FROM " + tables.log(topic) + " WHERE committed_at < CAST(? AS TIMESTAMP)";
    long rows =
        sessions.call(
            "look for old rows of the log",
            session ->
                session.query("SELECT COUNT(*)" + old, row -> row.getLong(1), oldest).get(0));
    if (rows > 0) {
      sessions.transaction(
          "delete old rows of the log of topic " + topic,
          List.of(tables.progress(topic)),
          session -> session.update("DELETE" + old, oldest));
    }
    sessions.call(
        "delete old rows of the sessions",
        session ->
            session.update(
                "DELETE FROM " + tables.sessions() + " WHERE entered_ms < ?", now - SESSIONS_MS));
  }
}
