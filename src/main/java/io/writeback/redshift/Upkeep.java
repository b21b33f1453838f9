package io.writeback.redshift;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What keeps control tables small.
 *
 * @param logRetentionMs age at which rows of the log go
 * @param endsOldSessions whether sessions of old owners that hold locks may be ended
 */
record Upkeep(
    ControlTables tables, Sessions sessions, long logRetentionMs, boolean endsOldSessions) {
  private static final long SESSIONS_MS = 7 * 86_400_000L;

  /**
   * Deletes old rows, if there are any, under the lock of the flushes that write the tables. The
   * last epoch of each partition stays, as the witness of its position.
   */
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
          session -> {
            Map<Integer, Long> last = new HashMap<>();
            session.query(
                "SELECT part, MAX(epoch) FROM " + tables.log(topic) + " GROUP BY part",
                row -> last.put(row.getInt(1), row.getLong(2)));
            for (Map.Entry<Integer, Long> part : last.entrySet()) {
              session.update(
                  "DELETE" + old + " AND part = ? AND epoch < ?",
                  oldest,
                  part.getKey(),
                  part.getValue());
            }
            return null;
          });
    }
    sessions.call(
        "delete old rows of the sessions",
        session ->
            session.update(
                "DELETE FROM " + tables.sessions() + " WHERE entered_ms < ?", now - SESSIONS_MS));
  }
}
