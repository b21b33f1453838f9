package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which delivery brings a topic into a table. Two of them keep two positions, so each row would be
 * there twice; that happens when a connector is renamed, or set up once more. Rows are inserted and
 * never locked: two deliveries that come at once see each other. Safe for use by many threads.
 */
final class Feeders {
  private final ControlTables tables;
  private final Sessions sessions;
  private final TargetTables targets;
  private final boolean othersAllowed;
  private final Set<Feed> known = ConcurrentHashMap.newKeySet();

  private record Feed(String topic, Target target) {}

  Feeders(ControlTables tables, Sessions sessions, TargetTables targets, boolean othersAllowed) {
    this.tables = tables;
    this.sessions = sessions;
    this.targets = targets;
    this.othersAllowed = othersAllowed;
  }

  /**
   * Enters this delivery.
   *
   * @throws FaultException if another one brings the same topic into the same table
   */
  void enter(String topic, Set<Target> fed) {
    for (Target target : fed) {
      Feed feed = new Feed(topic, target);
      if (known.contains(feed)) {
        continue;
      }
      targets.make(List.of(tables.createFeeders()));
      List<String> others = sessions.call("see who feeds " + target, s -> enter(s, feed));
      if (!others.isEmpty() && !othersAllowed) {
        throw refused(feed, others);
      }
      known.add(feed);
    }
  }

  private List<String> enter(Session session, Feed feed) throws SQLException {
    if (!all(session, feed).contains(tables.deliveryId())) {
      session.update(
          "INSERT INTO "
              + tables.feeders()
              + " (target_schema, target_table, topic, delivery, since) "
              + "SELECT CAST(? AS VARCHAR(256)), CAST(? AS VARCHAR(256)), CAST(? AS VARCHAR(512)),"
              + " CAST(? AS VARCHAR(512)), GETDATE()",
          ColumnNames.fold(feed.target().namespace()),
          ColumnNames.fold(feed.target().table()),
          feed.topic(),
          tables.deliveryId());
    }
    return all(session, feed).stream()
        .filter(delivery -> !delivery.equals(tables.deliveryId()))
        .toList();
  }

  private List<String> all(Session session, Feed feed) throws SQLException {
    return session.query(
        "SELECT DISTINCT delivery FROM "
            + tables.feeders()
            + " WHERE target_schema = ? AND target_table = ? AND topic = ?",
        row -> row.getString(1),
        ColumnNames.fold(feed.target().namespace()),
        ColumnNames.fold(feed.target().table()),
        feed.topic());
  }

  private FaultException refused(Feed feed, List<String> others) {
    return FaultException.configuration(
        "table "
            + feed.target()
            + " gets topic "
            + feed.topic()
            + " from delivery "
            + String.join(", ", others)
            + " already, and would get each row once more from this one, "
            + tables.deliveryId()
            + ". If the connector was renamed, set "
            + SinkConfig.DELIVERY_ID
            + " to the old name. If the other one is gone and its rows may come again, delete its"
            + " row from "
            + tables.feeders()
            + ". If these are topics of two Kafka clusters, set "
            + RedshiftSinkConfig.OTHER_DELIVERIES
            + "=allow",
        null);
  }
}
