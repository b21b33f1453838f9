package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import io.writeback.sink.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * The table of claims, streams and marks. Rows are only ever added, each by an INSERT job, and read
 * without a cache, so that whoever writes first and reads then is seen or sees. Safe for use by
 * many threads.
 */
final class StreamLedger {
  static final String CLAIM = "claim";
  static final String STREAM = "stream";
  static final String MARK = "mark";
  static final String DONE = "done";
  static final String SEALED = "sealed";
  static final String SET = "set";
  static final String STREAMS = "streams";
  static final String LOADS = "loads";

  private static final String NONCE = "nonce";
  private static final String GENERATION = "generation";

  private final BigQueryQueries queries;
  private final BigQueryJobs jobs;
  private final StreamSql sql;
  private final SinkTables tables;
  private final String deliveryId;
  private final long generation;
  private final String routing;

  StreamLedger(
      BigQueryQueries queries,
      BigQueryJobs jobs,
      StreamSql sql,
      SinkTables tables,
      String deliveryId,
      long generation,
      String routing) {
    this.queries = queries;
    this.jobs = jobs;
    this.sql = sql;
    this.tables = tables;
    this.deliveryId = deliveryId;
    this.generation = generation;
    this.routing = routing;
  }

  /**
   * A row.
   *
   * @param kind CLAIM takes a partition; STREAM says that an incarnation may append to a stream,
   *     not before {@code next}; MARK that all below {@code next} has landed, with {@code rows} on
   *     the stream; DONE that a stream takes no more and has {@code rows}, unknown if it expired;
   *     SEALED that no row of the stream lies above {@code high}; SET that the position was set to
   *     {@code next} by hand; STREAMS that streams have taken over from load jobs, at {@code next}
   *     if those had written anything, and that {@code rows} is the next number of a register;
   *     LOADS that load jobs have taken over, at {@code next}, with register {@code rows}
   * @param target the table of the stream, or null
   * @param stream or null
   * @param high offset of the last landed record for the table, or null
   * @param routing of a CLAIM: fingerprint of what decides which table a record goes to
   */
  record Entry(
      TopicPartition partition,
      long epoch,
      String kind,
      String incarnation,
      Target target,
      String stream,
      Long rows,
      Long next,
      Long high,
      String routing) {
    Entry(
        TopicPartition partition,
        long epoch,
        String kind,
        String incarnation,
        Target target,
        String stream,
        Long rows,
        Long next,
        Long high) {
      this(partition, epoch, kind, incarnation, target, stream, rows, next, high, null);
    }

    boolean is(String ofKind) {
      return kind.equals(ofKind);
    }
  }

  /** An entry as read, with its generation and when it was first written. */
  record Known(long generation, Entry entry, Instant since) {}

  long generation() {
    return generation;
  }

  String routing() {
    return routing;
  }

  /** The epoch since which the partition's position is another than its streams say, or 0. */
  static long setAt(List<Known> known) {
    return known.stream()
        .map(Known::entry)
        .filter(e -> e.is(SET) || (e.is(STREAMS) && e.next() != null))
        .mapToLong(Entry::epoch)
        .max()
        .orElse(0);
  }

  List<Known> read(TopicPartition tp) {
    List<Known> all = new ArrayList<>();
    for (BigQueryQueries.Row row : queries.rows(about(tp, sql.read(tables.streams())))) {
      all.add(
          new Known(
              row.number("generation"),
              new Entry(
                  tp,
                  row.number("epoch"),
                  row.text("kind"),
                  row.text("incarnation"),
                  row.has("target_table")
                      ? new Target(row.text("target_dataset"), row.text("target_table"))
                      : null,
                  row.text("stream"),
                  row.numberOrNull("row_count"),
                  row.numberOrNull("next_offset"),
                  row.numberOrNull("high_offset"),
                  row.text("routing")),
              Instant.ofEpochMilli(row.timestampMs("since"))));
    }
    return all;
  }

  /** Epoch of the newest claim, 0 if there is none. */
  long newestEpoch(TopicPartition tp) {
    return queries.rows(about(tp, sql.newestClaim(tables.streams()))).stream()
        .filter(row -> row.has("epoch"))
        .findFirst()
        .map(row -> row.number("epoch"))
        .orElse(0L);
  }

  /**
   * Tries to become the holder of an epoch. Its job id is made of partition and epoch, so it has
   * one holder at most.
   *
   * @return whether this caller is
   */
  boolean claim(TopicPartition tp, long epoch, String incarnation) {
    Entry entry = new Entry(tp, epoch, CLAIM, incarnation, null, null, null, null, null, routing);
    Job job =
        jobs.await(
            jobs.submitQuery(
                id(tp) + "-claim-" + epoch,
                insert(List.of(entry)),
                Map.of(NONCE, incarnation, GENERATION, Long.toString(generation))));
    return BigQueryJobs.error(job).isEmpty() && BigQueryJobs.label(job, NONCE).equals(incarnation);
  }

  /**
   * Whether the table has lost what it knew of a partition: it has no claim of it, but the first
   * one was made, under this generation. Jobs are remembered for six months.
   */
  boolean isLost(TopicPartition tp) {
    return newestEpoch(tp) == 0
        && jobs.find(id(tp) + "-claim-1")
            .filter(job -> BigQueryJobs.isDone(job) && BigQueryJobs.error(job).isEmpty())
            .filter(job -> BigQueryJobs.label(job, GENERATION).equals(Long.toString(generation)))
            .isPresent();
  }

  /** Says that a stream is going to be used, under an id of its own. */
  void open(Entry stream) {
    Job job =
        jobs.await(
            jobs.submitQuery(
                "wb-stream-" + ChainIds.hash(stream.stream()), insert(List.of(stream)), Map.of()));
    BigQueryJobs.error(job)
        .ifPresent(
            error -> {
              throw BigQueryFaults.of("writing down stream " + stream.stream(), error);
            });
  }

  void write(List<Entry> entries) {
    if (!entries.isEmpty()) {
      queries.execute(insert(entries));
    }
  }

  /** The highest landed offset in a table, and how many rows lie at or above one. */
  record HighWater(OptionalLong high, long seen) {}

  HighWater highWater(
      TopicPartition tp, Target table, long from, String among, Optional<Instant> since) {
    SqlStatement statement =
        about(tp, sql.highWater(table, among)).with("generation", generation).with("from", from);
    if (since.isPresent()) {
      statement = statement.with("since", since.get());
    }
    BigQueryQueries.Row row = queries.rows(statement).get(0);
    return new HighWater(
        row.has("high") ? OptionalLong.of(row.number("high")) : OptionalLong.empty(),
        row.number("seen"));
  }

  private SqlStatement insert(List<Entry> entries) {
    SqlStatement statement =
        SqlStatement.of(sql.insert(tables.streams(), entries.size()))
            .with("delivery", deliveryId)
            .with("generation", generation);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      statement =
          statement
              .with("topic_" + i, entry.partition().topic())
              .with("part_" + i, (long) entry.partition().partition())
              .with("epoch_" + i, entry.epoch())
              .with("kind_" + i, entry.kind())
              .with("incarnation_" + i, entry.incarnation())
              .with("target_dataset_" + i, entry.target() == null ? null : namespace(entry))
              .with("target_table_" + i, entry.target() == null ? null : entry.target().table())
              .with("stream_" + i, entry.stream())
              .with("row_count_" + i, entry.rows())
              .with("next_offset_" + i, entry.next())
              .with("high_offset_" + i, entry.high())
              .with("routing_" + i, entry.routing());
    }
    return statement;
  }

  private static String namespace(Entry entry) {
    return entry.target().namespace();
  }

  private SqlStatement about(TopicPartition tp, String text) {
    return SqlStatement.of(text)
        .with("delivery", deliveryId)
        .with("topic", tp.topic())
        .with("part", (long) tp.partition());
  }

  private String id(TopicPartition tp) {
    return ChainIds.of(tables.streams().namespace(), deliveryId, 0, tp).prefix();
  }
}
