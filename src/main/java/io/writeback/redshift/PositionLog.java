package io.writeback.redshift;

import io.writeback.redshift.Session.NullOf;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The log of a topic: one row for each move of a position, written in the transaction that moves
 * it. It is for users, and it is the witness that tells whether the progress table was emptied, or
 * restored from a backup without the rest. Everything here runs under the lock of the progress
 * table.
 */
record PositionLog(ControlTables tables, String topic) {
  private static final String COLUMNS =
      " (committed_at, delivery, topic, part, start_offset, end_offset, row_count, byte_count,"
          + " object_count, cut_values, nulled_values, epoch, owner) VALUES ";
  private static final String ROW = "(CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /**
   * What the log says last about a partition.
   *
   * @param end the position then; empty if it was left to Kafka
   */
  record Newest(long epoch, OptionalLong end) {}

  Optional<Newest> newest(Session session, int partition) throws SQLException {
    return session
        .query(
            "SELECT epoch, end_offset FROM "
                + tables.log(topic)
                + " WHERE part = ? ORDER BY epoch DESC, end_offset DESC LIMIT 1",
            row -> {
              long epoch = row.getLong(1);
              long end = row.getLong(2);
              return new Newest(epoch, row.wasNull() ? OptionalLong.empty() : OptionalLong.of(end));
            },
            partition)
        .stream()
        .findFirst();
  }

  void landed(Session session, List<StagedRange> ranges, String owner) throws SQLException {
    List<Object> values = new ArrayList<>();
    Object now = Reconciliation.text(Instant.now());
    for (StagedRange range : ranges) {
      values.addAll(
          List.of(
              now,
              tables.delivery(),
              topic,
              range.claim().partition().partition(),
              range.range().start(),
              range.range().end(),
              range.rows(),
              range.bytes(),
              (long) range.objects().size(),
              range.cut(),
              range.nulled(),
              range.claim().epoch(),
              owner));
    }
    insert(session, ranges.size(), values);
  }

  /**
   * A position set by hand.
   *
   * @param position empty if it is left to Kafka
   */
  void set(Session session, int partition, long epoch, OptionalLong position, String owner)
      throws SQLException {
    Object at = position.isPresent() ? position.getAsLong() : NullOf.BIGINT;
    Object now = Reconciliation.text(Instant.now());
    insert(
        session,
        1,
        List.of(
            now, tables.delivery(), topic, partition, at, at, 0L, 0L, 0L, 0L, 0L, epoch, owner));
  }

  private void insert(Session session, int rows, List<Object> values) throws SQLException {
    session.update(
        "INSERT INTO "
            + tables.log(topic)
            + COLUMNS
            + String.join(", ", Collections.nCopies(rows, ROW)),
        values.toArray());
  }
}
