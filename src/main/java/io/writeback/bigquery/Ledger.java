package io.writeback.bigquery;

import io.writeback.sink.SnapshotProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * The table of positions and progress. Insert-only: the furthest row counts, so a repeated or late
 * INSERT changes nothing. Safe for use by many threads.
 */
final class Ledger {
  /** Snapshots that nobody has written to for so long are not resumed. */
  private static final Duration FORGOTTEN = Duration.ofDays(30);

  private final BigQueryQueries queries;
  private final BigQuerySql sql;
  private final SinkTables tables;
  private final String deliveryId;
  private final long generation;
  private final InstantSource clock;

  Ledger(
      BigQueryQueries queries,
      BigQuerySql sql,
      SinkTables tables,
      String deliveryId,
      long generation,
      InstantSource clock) {
    this.queries = queries;
    this.sql = sql;
    this.tables = tables;
    this.deliveryId = deliveryId;
    this.generation = generation;
    this.clock = clock;
  }

  /** A resolved register and the position after it. */
  record Hint(long k, long position) {}

  /** What the ledger knows of a partition. */
  record Partition(OptionalLong position, Map<String, SnapshotProgress> snapshots) {}

  Optional<Hint> hint(TopicPartition tp) {
    return queries.rows(about(tp, sql.hint(tables.ledger()), generation)).stream()
        .findFirst()
        .map(row -> new Hint(row.number("k"), row.number("next_offset")));
  }

  Optional<Hint> hint(TopicPartition tp, long olderGeneration) {
    return queries.rows(about(tp, sql.hint(tables.ledger()), olderGeneration)).stream()
        .findFirst()
        .map(row -> new Hint(row.number("k"), row.number("next_offset")));
  }

  /** Older generations that have left a hint. */
  List<Long> olderGenerations(TopicPartition tp) {
    return queries.rows(about(tp, sql.olderGenerations(tables.ledger()), generation)).stream()
        .map(row -> row.number("generation"))
        .toList();
  }

  Partition partition(TopicPartition tp) {
    SqlStatement statement =
        about(tp, sql.progressOfPartition(tables.ledger()), generation)
            .with("since", clock.instant().minus(FORGOTTEN));
    long position = -1;
    Map<String, SnapshotProgress> snapshots = new HashMap<>();
    for (BigQueryQueries.Row row : queries.rows(statement)) {
      if (row.has("next_offset")) {
        position = Math.max(position, row.number("next_offset"));
      }
      if (row.has("snapshot")) {
        snapshots.put(row.text("snapshot"), progress(row));
      }
    }
    return new Partition(
        position < 0 ? OptionalLong.empty() : OptionalLong.of(position), snapshots);
  }

  /** The position of each partition of a topic. */
  Map<TopicPartition, Long> positions(String topic) {
    Map<TopicPartition, Long> positions = new HashMap<>();
    SqlStatement statement =
        delivery(sql.positionsOfTopic(tables.ledger()), generation).with("topic", topic);
    for (BigQueryQueries.Row row : queries.rows(statement)) {
      if (row.has("next_offset")) {
        positions.put(
            new TopicPartition(topic, (int) row.number("part")), row.number("next_offset"));
      }
    }
    return positions;
  }

  /** Progress of a snapshot by partition. */
  Map<TopicPartition, SnapshotProgress> progress(String topic, String snapshot) {
    Map<TopicPartition, SnapshotProgress> progress = new HashMap<>();
    SqlStatement statement =
        delivery(sql.progressOfSnapshot(tables.ledger()), generation)
            .with("topic", topic)
            .with("snapshot", snapshot);
    for (BigQueryQueries.Row row : queries.rows(statement)) {
      progress.put(new TopicPartition(topic, (int) row.number("part")), progress(row));
    }
    return progress;
  }

  /** Records a position, and the progress of snapshots that goes with it, in one INSERT. */
  void advance(TopicPartition tp, long position, Map<String, SnapshotProgress> snapshots) {
    SqlStatement statement =
        row(
            delivery(sql.insertLedger(tables.ledger(), 1 + snapshots.size()), generation),
            0,
            tp,
            "position",
            null,
            position);
    statement = withoutProgress(statement, 0);
    int i = 1;
    for (Map.Entry<String, SnapshotProgress> entry : snapshots.entrySet()) {
      SnapshotProgress progress = entry.getValue();
      statement =
          row(statement, i, tp, "snapshot", null, position)
              .with("snapshot_" + i, entry.getKey())
              .with("first_offset_" + i, progress.firstOffset())
              .with("highest_ordinal_" + i, progress.highestOrdinal())
              .with("staged_" + i, progress.rows())
              .with("rejected_" + i, progress.rejected());
      i++;
    }
    queries.execute(statement);
  }

  /**
   * When the partition was first known to have passed an offset, whatever was set by hand since;
   * empty if it never has.
   */
  Optional<Instant> firstBeyond(TopicPartition tp, long offset) {
    String text =
        "SELECT MIN(written_at) AS first FROM "
            + sql.table(tables.ledger())
            + " WHERE delivery = @delivery AND generation = @generation AND topic = @topic"
            + " AND part = @part AND kind = 'position' AND next_offset > @beyond";
    return queries.rows(about(tp, text, generation).with("beyond", offset)).stream()
        .filter(row -> row.has("first"))
        .findFirst()
        .map(row -> Instant.ofEpochMilli(row.timestampMs("first")));
  }

  /** Records a position set by hand, or null for none; older ones are void. */
  void set(TopicPartition tp, Long position) {
    SqlStatement statement = delivery(sql.insertLedger(tables.ledger(), 1), generation);
    queries.execute(withoutProgress(row(statement, 0, tp, "set", null, position), 0));
  }

  /** Records how far the registers of some partitions are known to be resolved. */
  void hints(Map<TopicPartition, Hint> hints) {
    SqlStatement statement = delivery(sql.insertLedger(tables.ledger(), hints.size()), generation);
    int i = 0;
    for (Map.Entry<TopicPartition, Hint> entry : hints.entrySet()) {
      Hint hint = entry.getValue();
      statement =
          withoutProgress(row(statement, i, entry.getKey(), "hint", hint.k(), hint.position()), i);
      i++;
    }
    queries.execute(statement);
  }

  private static SqlStatement row(
      SqlStatement statement, int i, TopicPartition tp, String kind, Long k, Long position) {
    return statement
        .with("topic_" + i, tp.topic())
        .with("part_" + i, (long) tp.partition())
        .with("kind_" + i, kind)
        .with("k_" + i, k)
        .with("next_offset_" + i, position);
  }

  private static SqlStatement withoutProgress(SqlStatement statement, int i) {
    return statement
        .with("snapshot_" + i, (String) null)
        .with("first_offset_" + i, (Long) null)
        .with("highest_ordinal_" + i, (Long) null)
        .with("staged_" + i, (Long) null)
        .with("rejected_" + i, (Long) null);
  }

  private SqlStatement delivery(String text, long ofGeneration) {
    return SqlStatement.of(text).with("delivery", deliveryId).with("generation", ofGeneration);
  }

  private SqlStatement about(TopicPartition tp, String text, long ofGeneration) {
    return delivery(text, ofGeneration)
        .with("topic", tp.topic())
        .with("part", (long) tp.partition());
  }

  private static SnapshotProgress progress(BigQueryQueries.Row row) {
    return new SnapshotProgress(
        row.number("first_offset"),
        row.number("highest_ordinal"),
        row.number("staged"),
        row.number("rejected"));
  }
}
