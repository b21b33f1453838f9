package io.writeback.bigquery;

import static io.writeback.bigquery.BigQuerySite.column;

import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.sink.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What the fence of the Storage Write API rests on. */
final class BigQueryStreamProbes {
  private static final Schema ROW = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
  private static final int APPENDS = 200;

  /** So many are known to have landed when the stream is ended; all others are under way. */
  private static final int LANDED = 20;

  private static final int ROWS = 10;
  private static final long DENIED_AGAIN_MS = 500;
  private static final long DENIED_MS = 60_000;
  private static final long LATECOMERS_MS = 3_000;

  private final BigQuerySite site;
  private final Target table;
  private final WriteStreams streams;
  private final ProtoEncoder encoder;
  private final String stream;

  private BigQueryStreamProbes(Map<String, String> services, Leftovers leftovers)
      throws InterruptedException {
    this.site = new BigQuerySite(services, leftovers);
    this.table = site.table(column("id", "INTEGER"));
    this.streams = site.streams();
    this.encoder = new ProtoEncoders(Map.of(), site.settings.streaming()).of(table, ROW);
    this.stream = create();
  }

  /** A table that was just made may look forbidden for a while. */
  private String create() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DENIED_MS);
    while (true) {
      try {
        return streams.create(table);
      } catch (StorageFailure e) {
        if (e.kind() != StorageFailure.Kind.DENIED || System.nanoTime() > deadline) {
          throw e;
        }
      }
      Thread.sleep(DENIED_AGAIN_MS);
    }
  }

  /** W1: an append that is under way counts in the answer to the end, or never lands. */
  static String fence(Map<String, String> services, Leftovers leftovers) throws Exception {
    return new BigQueryStreamProbes(services, leftovers).fence(leftovers);
  }

  /** W3: rows of an ended stream become visible in time. */
  static String visible(Map<String, String> services, Leftovers leftovers) throws Exception {
    BigQueryStreamProbes probe = new BigQueryStreamProbes(services, leftovers);
    AppendConnection connection = new AppendConnection(probe.streams);
    leftovers.add("", connection::close);
    probe.send(connection, 0);
    accepted(connection.answer());
    Instant ended = Instant.now();
    long count = probe.streams.finish(probe.stream).orElseThrow();
    probe.awaitRows(count);
    return "all "
        + count
        + " rows after "
        + Duration.between(ended, Instant.now()).toMillis()
        + " ms";
  }

  private String fence(Leftovers leftovers) throws Exception {
    AppendConnection connection = new AppendConnection(streams);
    leftovers.add("", connection::close);
    for (int i = 0; i < APPENDS / 2; i++) {
      send(connection, (long) i * ROWS);
    }
    for (int i = 0; i < LANDED; i++) {
      accepted(connection.answer());
    }
    CompletableFuture<Long> end =
        CompletableFuture.supplyAsync(() -> streams.finish(stream).orElseThrow());
    for (int i = APPENDS / 2; i < APPENDS; i++) {
      send(connection, (long) i * ROWS);
    }
    long acknowledged = acknowledged(connection);
    long counted = end.get(1, TimeUnit.MINUTES);
    BrokenException.unless(
        acknowledged <= counted,
        "%d rows of a stream were acknowledged, and its end counted %d",
        acknowledged,
        counted);
    refusesMore(counted, leftovers);
    long again = streams.finish(stream).orElseThrow();
    BrokenException.unless(
        again == counted, "the end of a stream counted %d rows, and later %d", counted, again);
    awaitRows(counted);
    Thread.sleep(LATECOMERS_MS);
    long rows = site.count(table);
    BrokenException.unless(
        rows == counted,
        "the end of a stream counted %d rows, and the table has %d",
        counted,
        rows);
    return String.format(
        "%d of %d appends had landed when the stream ended, the others never",
        counted / ROWS, APPENDS);
  }

  /** The rows up to the last append that was acknowledged. */
  private static long acknowledged(AppendConnection connection) throws BrokenException {
    long rows = (long) LANDED * ROWS;
    for (int i = LANDED; i < APPENDS; i++) {
      AppendRowsResponse answer;
      try {
        answer = connection.answer();
      } catch (StorageFailure e) {
        // The connection ended, with the rest unanswered.
        return rows;
      }
      if (answer.hasAppendResult()) {
        BrokenException.unless(
            rows == (long) i * ROWS,
            "append %d was acknowledged after one before it was refused",
            i);
        rows += ROWS;
      }
    }
    return rows;
  }

  private void refusesMore(long at, Leftovers leftovers) throws BrokenException {
    AppendConnection late = new AppendConnection(streams);
    leftovers.add("", late::close);
    StorageFailure failure;
    try {
      send(late, at);
      AppendRowsResponse answer = late.answer();
      BrokenException.unless(
          answer.hasError(), "a stream took rows at %d after it had been ended", at);
      failure = StorageFailure.of(answer.getError());
    } catch (StorageFailure e) {
      failure = e;
    }
    BrokenException.unless(
        failure.kind() == StorageFailure.Kind.FINALIZED,
        "an append to an ended stream was refused otherwise than as such: %s",
        failure.getMessage());
  }

  private void send(AppendConnection connection, long at) {
    RowSegment segment = new RowSegment(encoder);
    for (long id = at; id < at + ROWS; id++) {
      encoder.write(new Struct(ROW).put("id", id), segment.bytes());
      segment.added(id);
    }
    connection.send(stream, segment, OptionalLong.of(at));
  }

  private static void accepted(AppendRowsResponse answer) {
    if (!answer.hasAppendResult()) {
      throw StorageFailure.of(answer.getError());
    }
  }

  /** Waits as long as a claim would, with pauses that grow. */
  private void awaitRows(long expected) throws BrokenException, InterruptedException {
    long limit = site.settings.streaming().visibleWithinMs();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
    for (long pause = 250; ; pause = Math.min(2 * pause, 10_000)) {
      long rows = site.count(table);
      BrokenException.unless(
          rows <= expected, "the end of a stream counted %d rows, a query saw %d", expected, rows);
      if (rows == expected) {
        return;
      }
      BrokenException.unless(
          System.nanoTime() < deadline,
          "of %d rows of an ended stream %s were visible within %d ms (bigquery.visible.within.ms)",
          expected,
          rows,
          limit);
      Thread.sleep(pause);
    }
  }
}
