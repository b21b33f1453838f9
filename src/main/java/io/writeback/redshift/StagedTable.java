package io.writeback.redshift;

import io.writeback.redshift.Session.NullOf;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Objects of a target that wait for the manifest of their snapshot. */
record StagedTable(ControlTables tables, String table) {
  private static final String COLUMNS =
      "delivery, snapshot, object_key, topic, part, start_offset, end_offset, row_count, rejected,"
          + " ordinals, first_offset, first_ordinal, last_ordinal, byte_count, null_token,"
          + " compression, columns_json, staged_ms";
  private static final int COLUMN_COUNT = 18;

  /** Rows of one INSERT: each statement costs Redshift about as much as a COPY. */
  private static final int ROWS_AT_ONCE = 100;

  static StagedTable of(ControlTables tables, Target target) {
    return new StagedTable(tables, tables.staged(target));
  }

  /**
   * What one flush of a partition has staged: an object, or the rejected rows of the range.
   *
   * @param object empty for rejected rows
   */
  record Entry(
      String snapshot,
      TopicPartition partition,
      long start,
      long end,
      Optional<StagedObject> object,
      long rejected,
      long ordinals,
      long firstOffset,
      long lastOrdinal) {
    long rows() {
      return object.map(StagedObject::rows).orElse(0L);
    }
  }

  void insert(Session session, List<Entry> entries) throws SQLException {
    long now = System.currentTimeMillis();
    for (int from = 0; from < entries.size(); from += ROWS_AT_ONCE) {
      List<Entry> some = entries.subList(from, Math.min(entries.size(), from + ROWS_AT_ONCE));
      List<Object> values = new ArrayList<>(some.size() * COLUMN_COUNT);
      some.forEach(entry -> values.addAll(values(entry, now)));
      session.update(
          "INSERT INTO " + table + " (" + COLUMNS + ") " + Sql.values(some.size(), COLUMN_COUNT),
          values.toArray());
    }
  }

  private List<Object> values(Entry entry, long now) {
    Optional<StagedObject> object = entry.object();
    return List.of(
        tables.delivery(),
        entry.snapshot(),
        NullOf.orText(object.map(StagedObject::key).orElse(null)),
        entry.partition().topic(),
        entry.partition().partition(),
        entry.start(),
        entry.end(),
        entry.rows(),
        entry.rejected(),
        entry.ordinals(),
        entry.firstOffset(),
        object.map(StagedObject::firstOrdinal).orElse(0L),
        entry.lastOrdinal(),
        object.map(StagedObject::size).orElse(0L),
        object.map(StagedObject::nullToken).orElse(0),
        object.map(o -> o.compression().name()).orElse(""),
        object.map(o -> ColumnsText.write(o.columns())).orElse(""),
        now);
  }

  /** Everything staged of a snapshot, in the order of its rows. */
  List<Entry> read(Session session, String snapshot) throws SQLException {
    return session.query(
        "SELECT "
            + COLUMNS
            + " FROM "
            + table
            + " WHERE delivery = ? AND snapshot = ?"
            + " ORDER BY topic, part, start_offset, object_key",
        StagedTable::entry,
        tables.delivery(),
        snapshot);
  }

  private static Entry entry(ResultSet row) throws SQLException {
    String key = row.getString(3);
    Optional<StagedObject> object =
        key == null
            ? Optional.empty()
            : Optional.of(
                new StagedObject(
                    key,
                    ColumnsText.read(row.getString(17)),
                    row.getInt(15),
                    Compression.of(row.getString(16)),
                    row.getLong(8),
                    row.getLong(14),
                    row.getLong(10),
                    row.getLong(11),
                    row.getLong(12),
                    row.getLong(13)));
    return new Entry(
        row.getString(2),
        new TopicPartition(row.getString(4), row.getInt(5)),
        row.getLong(6),
        row.getLong(7),
        object,
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(13));
  }

  /**
   * The sums of what is staged.
   *
   * @param manifest if as many rows are staged as it says, and none was dropped on the way, their
   *     ordinals must be 1 to this number, or one is there twice
   */
  static Staged totals(
      List<Entry> entries, SnapshotManifest manifest, Map<TopicPartition, Long> positions) {
    long staged = 0;
    long rejected = 0;
    long ordinals = 0;
    Map<TopicPartition, SnapshotProgress> partitions = new HashMap<>();
    for (Entry entry : entries) {
      staged += entry.rows();
      rejected += entry.rejected();
      ordinals += entry.ordinals();
      partitions.merge(
          entry.partition(),
          new SnapshotProgress(
              entry.firstOffset(), entry.lastOrdinal(), entry.rows(), entry.rejected()),
          (a, b) ->
              new SnapshotProgress(
                  Math.min(a.firstOffset(), b.firstOffset()),
                  Math.max(a.highestOrdinal(), b.highestOrdinal()),
                  a.rows() + b.rows(),
                  a.rejected() + b.rejected()));
    }
    boolean twice =
        staged > 0
            && manifest.dropped() == 0
            && staged + rejected == manifest.rows()
            && ordinals != Ordinals.fingerprintUpTo(manifest.rows());
    return new Staged(twice ? staged - 1 : staged, rejected, positions, partitions);
  }
}
