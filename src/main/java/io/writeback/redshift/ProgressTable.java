package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.SnapshotProgress;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Positions and owners of the partitions of one topic. Everything here runs inside a transaction
 * that has locked the table, except {@link #positions}.
 */
record ProgressTable(ControlTables tables, String topic) {
  /** What to do about a table that is older than it was. */
  static final String RESTORED =
      "it was emptied, or restored from a backup without the rest of the schema. Rows would come"
          + " twice. Set the position with the connector's offsets endpoint, restore the table, or"
          + " start over with a new delivery.generation";

  /** Where a partition stands. */
  record Standing(int partition, long epoch, OptionalLong nextOffset, String owner) {}

  String table() {
    return tables.progress(topic);
  }

  /** The row of a partition. Two of them would mean two positions, so then everything stops. */
  Optional<Standing> read(Session session, int partition) throws SQLException {
    List<Standing> rows =
        session.query(
            "SELECT part, epoch, next_offset, owner FROM " + table() + " WHERE part = ?",
            row -> {
              long next = row.getLong(3);
              OptionalLong position = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(next);
              return new Standing(row.getInt(1), row.getLong(2), position, row.getString(4));
            },
            partition);
    if (rows.size() > 1) {
      throw FaultException.fatal(
          "table "
              + table()
              + " holds "
              + rows.size()
              + " rows for partition "
              + partition
              + " of topic "
              + topic
              + ", expected one. Delete all but the one with the highest epoch",
          null);
    }
    return rows.stream().findFirst();
  }

  /**
   * Takes a partition: inserts what is missing and raises the epoch.
   *
   * @throws FaultException if the table is behind the log, whose rows are written together with its
   *     own
   */
  Standing claim(Session session, int partition, OptionalLong kafkaPosition, String owner)
      throws SQLException {
    Optional<Standing> before = read(session, partition);
    log().newest(session, partition).ifPresent(newest -> checkNotBehind(partition, before, newest));
    return take(session, partition, before, kafkaPosition, owner);
  }

  private PositionLog log() {
    return new PositionLog(tables, topic);
  }

  private void checkNotBehind(int partition, Optional<Standing> found, PositionLog.Newest newest) {
    boolean behind =
        found.isEmpty()
            || found.get().epoch() < newest.epoch()
            || (newest.end().isPresent()
                && found.get().nextOffset().orElse(-1) < newest.end().getAsLong());
    if (behind) {
      throw FaultException.fatal(
          "table "
              + table()
              + " says that partition "
              + partition
              + " of topic "
              + topic
              + " is "
              + found
                  .map(s -> "at " + words(s.nextOffset()) + " with epoch " + s.epoch())
                  .orElse("unknown")
              + ", table "
              + tables.log(topic)
              + " that it was at "
              + words(newest.end())
              + " with epoch "
              + newest.epoch()
              + ": "
              + RESTORED,
          null);
    }
  }

  private static String words(OptionalLong offset) {
    return offset.isPresent() ? "offset " + offset.getAsLong() : "no offset";
  }

  private Standing take(
      Session session,
      int partition,
      Optional<Standing> before,
      OptionalLong kafkaPosition,
      String owner)
      throws SQLException {
    long now = System.currentTimeMillis();
    if (before.isEmpty()) {
      session.update(
          "INSERT INTO "
              + table()
              + " (topic, part, epoch, next_offset, owner, pid, changed_ms)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?)",
          topic,
          partition,
          1L,
          boxed(kafkaPosition),
          owner,
          session.pid(),
          now);
      return new Standing(partition, 1, kafkaPosition, owner);
    }
    OptionalLong position =
        before.get().nextOffset().isPresent() ? before.get().nextOffset() : kafkaPosition;
    long epoch = before.get().epoch() + 1;
    one(
        session.update(
            "UPDATE "
                + table()
                + " SET epoch = ?, next_offset = ?, owner = ?, pid = ?, changed_ms = ?"
                + " WHERE part = ? AND epoch = ?",
            epoch,
            boxed(position),
            owner,
            session.pid(),
            now,
            partition,
            before.get().epoch()),
        partition);
    return new Standing(partition, epoch, position, owner);
  }

  /**
   * Sets a position by hand. The epoch grows as well, so that whoever holds a claim is fenced.
   *
   * @param position empty to let Kafka decide
   */
  void set(Session session, int partition, OptionalLong position, String owner)
      throws SQLException {
    Optional<Standing> before = read(session, partition);
    // Beyond what the log knows too, or the next claim would take it for the newer one.
    long logged = log().newest(session, partition).map(PositionLog.Newest::epoch).orElse(0L);
    long epoch =
        Math.max(logged + 1, take(session, partition, before, OptionalLong.empty(), owner).epoch());
    session.update(
        "UPDATE " + table() + " SET next_offset = ?, epoch = ? WHERE part = ?",
        boxed(position),
        epoch,
        partition);
    log().set(session, partition, epoch, position, owner);
  }

  /** Moves a position, if epoch and position are still the expected ones. */
  void advance(Session session, RedshiftClaim claim, OptionalLong from, long to)
      throws SQLException {
    int partition = claim.partition().partition();
    String set = "UPDATE " + table() + " SET next_offset = ?, changed_ms = ? WHERE part = ?";
    long now = System.currentTimeMillis();
    int moved =
        from.isPresent()
            ? session.update(
                set + " AND epoch = ? AND next_offset = ?",
                to,
                now,
                partition,
                claim.epoch(),
                from.getAsLong())
            : session.update(
                set + " AND epoch = ? AND next_offset IS NULL", to, now, partition, claim.epoch());
    one(moved, partition);
  }

  /** What each snapshot has staged from a partition. */
  Map<String, SnapshotProgress> snapshots(Session session, int partition) throws SQLException {
    Map<String, SnapshotProgress> progress = new HashMap<>();
    session.query(
        "SELECT snapshot, first_offset, highest_ordinal, row_count, rejected FROM "
            + tables.snapshots(topic)
            + " WHERE part = ?",
        row ->
            progress.put(
                row.getString(1),
                new SnapshotProgress(
                    row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5))),
        partition);
    return progress;
  }

  /** Replaces the progress of a snapshot in a partition. */
  void note(Session session, int partition, String snapshot, SnapshotProgress progress)
      throws SQLException {
    session.update(
        "DELETE FROM " + tables.snapshots(topic) + " WHERE part = ? AND snapshot = ?",
        partition,
        snapshot);
    session.update(
        "INSERT INTO "
            + tables.snapshots(topic)
            + " (part, snapshot, first_offset, highest_ordinal, row_count, rejected, changed_ms)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        partition,
        snapshot,
        progress.firstOffset(),
        progress.highestOrdinal(),
        progress.rows(),
        progress.rejected(),
        System.currentTimeMillis());
  }

  /** Position of each partition that has one. */
  Map<Integer, Long> positions(Session session) throws SQLException {
    Map<Integer, Long> positions = new HashMap<>();
    session.query(
        "SELECT part, next_offset FROM " + table() + " WHERE next_offset IS NOT NULL",
        row -> positions.put(row.getInt(1), row.getLong(2)));
    return positions;
  }

  private static Object boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : Session.NullOf.BIGINT;
  }

  private void one(int rows, int partition) throws SQLException {
    if (rows != 1) {
      // The lock is meant to make this impossible; where isolation lets it through, it is a
      // conflict like any other.
      throw new SQLException(
          "conflict with concurrent transaction: expected to change one row of "
              + table()
              + " for partition "
              + partition
              + ", changed "
              + rows,
          "40001");
    }
  }
}
