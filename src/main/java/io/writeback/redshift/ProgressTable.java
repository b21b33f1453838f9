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

  /** Takes a partition: inserts what is missing and raises the epoch. */
  Standing claim(Session session, int partition, OptionalLong kafkaPosition, String owner)
      throws SQLException {
    Optional<Standing> before = read(session, partition);
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
