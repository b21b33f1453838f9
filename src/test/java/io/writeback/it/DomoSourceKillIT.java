package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.CommittedReader;
import io.writeback.local.ConnectRuntime;
import io.writeback.local.LoneBroker;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.RandomRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exactly once across crashes: workers with the packaged archive are killed at random points, and
 * what a read_committed consumer finds is every version once.
 *
 * <p>{@code -Dkills=20} sets how often, {@code -Dkills.seed=7} another schedule, {@code
 * -Dkills.workers=2} the number of workers, of which one is killed at a time, {@code
 * -Dkills.connect=3.9.2} another Connect version than the oldest and the newest, or {@code all}.
 */
class DomoSourceKillIT {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final long SEED = Long.getLong("kills.seed", 1);
  private static final int WORKERS = Integer.getInteger("kills.workers", 1);
  private static final String ONLY = System.getProperty("kills.connect", "");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** More than come between two crashes. */
  private static final int ROWS = 1000 + 150 * KILLS;

  @TempDir Path dir;
  private DomoStandIn domo;
  private EmbeddedKafkaCluster kafka;
  private Feed kept;
  private Feed lost;
  private Feed moved;
  private List<Feed> feeds;
  private long seen;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
    kafka = LoneBroker.start();
    kept = feed("kept", 1);
    lost = feed("lost", 2);
    moved = feed("moved", 3);
    feeds = List.of(kept, lost, moved);
  }

  @AfterEach
  void stop() {
    kafka.stop();
    domo.close();
  }

  private static Stream<ConnectRuntime> runtimes() {
    return Stream.of(ConnectRuntime.values())
        .filter(
            connect ->
                ONLY.isEmpty()
                    ? connect != ConnectRuntime.V3_9
                    : ONLY.equals(connect.version()) || ONLY.equals("all"));
  }

  /**
   * Three connectors run in the worker. One keeps its spool over the crashes and goes on from it.
   * One loses it and goes on from a new download of the same rows. The third loses it while Domo
   * has another version: its snapshot is given up, and a new one sent.
   */
  @ParameterizedTest
  @MethodSource("runtimes")
  void everyVersionArrivesOnce(ConnectRuntime connect) throws Exception {
    Random random = new Random(SEED);
    try (WorkerGroup workers =
            new WorkerGroup(connect, dir, kafka.bootstrapServers(), WORKERS, Map.of());
        CommittedReader reader =
            new CommittedReader(kafka.bootstrapServers(), this::isOurs, this::add)) {
      for (int member = 0; member < WORKERS; member++) {
        workers.start(member);
      }
      for (Feed feed : feeds) {
        workers.put(feed.name(), feed.config(domo.endpoint()));
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        int victim = random.nextInt(WORKERS);
        String when = await(reader, workers, kill == 1 ? 0 : random.nextInt(4), random);
        workers.kill(victim);
        wipe(lost.spool());
        if (random.nextBoolean()) {
          wipe(moved.spool());
          moved.dataSet().publishNext();
        }
        drain(reader);
        publishWhatIsDue();
        workers.start(victim);
        System.out.printf(
            "kill %d/%d  %s  worker %d %s  rows %d%n", kill, KILLS, connect, victim, when, rows());
      }
      Await.until(
          "the last manifests",
          PATIENCE,
          () -> {
            workers.requireAlive();
            drain(reader);
            return feeds.stream().allMatch(Feed::isComplete);
          });
    }
    kept.assertEveryVersionOnce();
    lost.assertEveryVersionOnce();
    moved.assertNothingTorn();
    long resumed =
        Stream.of(kept, lost)
            .flatMap(feed -> feed.log().manifests().stream())
            .map(SnapshotManifest::ranges)
            .filter(ranges -> ranges.isEmpty())
            .count();
    assertTrue(resumed > 0, "no kill came in mid-emission");
    System.out.printf(
        "kills  %s  seed %d  workers %d  kills %d  rows %d  versions %d  resumed %d  given up %d"
            + "  lost 0  doubled 0%n",
        connect,
        SEED,
        WORKERS,
        KILLS,
        rows(),
        feeds.stream().mapToInt(feed -> feed.log().manifests().size()).sum(),
        resumed,
        moved.log().snapshots().size() - moved.log().manifests().size());
  }

  /**
   * Without exactly-once support: a crash after the manifest, before the worker wrote its offset.
   * The version comes again under another id; that it is the same, its manifest tells.
   */
  @Test
  void withoutExactlyOnceSupportACompleteVersionMayComeAgain() throws Exception {
    Map<String, String> worker =
        Map.of("exactly.once.source.support", "disabled", "offset.flush.interval.ms", "600000");
    try (WorkerGroup workers =
            new WorkerGroup(ConnectRuntime.V4_3, dir, kafka.bootstrapServers(), 1, worker);
        CommittedReader reader =
            new CommittedReader(kafka.bootstrapServers(), this::isOurs, this::add)) {
      workers.start(0);
      Map<String, String> config = kept.config(domo.endpoint());
      config.put("exactly.once.support", "requested");
      config.put("domo.batch.max.rows", "500");
      workers.put(kept.name(), config);
      awaitManifests(1, reader, workers);
      workers.kill(0);
      workers.start(0);
      awaitManifests(2, reader, workers);
    }
    SnapshotManifest first = kept.log().manifests().get(0);
    SnapshotManifest again = kept.log().manifests().get(1);
    assertNotEquals(first.snapshot(), again.snapshot());
    assertEquals(first.version(), again.version());
    assertEquals(first.contentHash(), again.contentHash());
    assertEquals(Reason.FIRST, again.reason(), "nothing is stored, so it is sent as if new");
    kept.log().assertIs(first, RandomRows.of(SEED * 31 + 1, ROWS));
    kept.log().assertIs(again, RandomRows.of(SEED * 31 + 1, ROWS));
  }

  private void awaitManifests(int count, CommittedReader reader, WorkerGroup workers)
      throws InterruptedException {
    Await.until(
        "manifest " + count,
        PATIENCE,
        () -> {
          workers.requireAlive();
          reader.poll(Duration.ofMillis(50));
          return kept.log().manifests().size() >= count;
        });
  }

  /** Waits for the point of the next kill. */
  private String await(CommittedReader reader, WorkerGroup workers, int kind, Random random)
      throws InterruptedException {
    String when;
    if (kind < 3) {
      long goal = seen + 1 + random.nextInt(400);
      Await.until(
          goal + " rows",
          PATIENCE,
          () -> {
            workers.requireAlive();
            publishWhatIsDue();
            reader.poll(Duration.ofMillis(10));
            return seen >= goal;
          });
      when = "after rows";
    } else {
      when = "while starting";
    }
    // Where in a transaction, in the worker's start, or in a download: anywhere.
    Thread.sleep(random.nextInt(kind < 3 ? 60 : 6000));
    return when;
  }

  private void publishWhatIsDue() {
    for (Feed feed : List.of(kept, lost)) {
      if (feed.isComplete()) {
        feed.dataSet().publishNext();
      }
    }
  }

  private static void drain(CommittedReader reader) {
    while (reader.poll(Duration.ofMillis(200)) > 0) {}
  }

  private Feed feed(String name, long seed) {
    return new Feed(
        name,
        domo.add(
            DataSetSpec.of(name, RandomRows.of(SEED * 31 + seed, ROWS))
                .withKeyColumns(List.of("id"))),
        dir.resolve("spool-" + name));
  }

  private boolean isOurs(String topic) {
    return feeds.stream().anyMatch(feed -> feed.owns(topic));
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    feeds.stream().filter(feed -> feed.owns(record.topic())).forEach(feed -> feed.add(record));
    seen++;
  }

  private long rows() {
    return feeds.stream().mapToLong(feed -> feed.log().rowCount()).sum();
  }

  private static void wipe(Path spool) throws IOException {
    if (Files.isDirectory(spool)) {
      try (Stream<Path> files = Files.list(spool)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
