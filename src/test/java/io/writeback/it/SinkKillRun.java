package io.writeback.it;

import static io.writeback.it.WarehouseUnderFire.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.ConnectRuntime;
import io.writeback.local.LoneBroker;
import io.writeback.standin.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;

/**
 * Workers with the packaged archive are killed and their calls to the warehouse cut at random
 * points while rows flow over four partitions and two tasks. If there are several workers, one of
 * them leaves and comes back now and then, and one is stopped in mid-work until others have taken
 * over its partitions, and then woken up: a live zombie. When every row is accounted for, and the
 * workers are gone, what SQL finds is what the generator made, once.
 *
 * <p>{@code -Dkills=30 -Dkills.rows=1000000} is the long run, {@code -Dkills.seed=7} another
 * schedule, {@code -Dkills.workers=2} the number of workers, of which one is killed at a time.
 */
final class SinkKillRun {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final long SEED = Long.getLong("kills.seed", 1);
  private static final int WORKERS = Integer.getInteger("kills.workers", 1);
  private static final long ROWS = Long.getLong("kills.rows", 10_000);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String CONNECTOR = "killed";

  private final Path dir;
  private final WarehouseUnderFire warehouse;
  private final Random random = new Random(SEED);
  private final CountedIds rows = new CountedIds(TABLE);
  private WorkerGroup workers;
  private KafkaProducer<byte[], byte[]> producer;
  private int zombies;
  private int departures;

  /** A run in an empty directory. */
  SinkKillRun(Path dir, WarehouseUnderFire warehouse) {
    this.dir = dir;
    this.warehouse = warehouse;
  }

  void everyRowLandsOnce() throws Exception {
    EmbeddedKafkaCluster kafka = LoneBroker.start();
    try {
      kafka.createTopic(TABLE, CountedIds.PARTITIONS);
      try (WorkerGroup group =
              new WorkerGroup(
                  ConnectRuntime.V4_3,
                  dir,
                  kafka.bootstrapServers(),
                  WORKERS,
                  Map.of("offset.flush.interval.ms", "1000"));
          KafkaProducer<byte[], byte[]> sender = kafka.createProducer(Map.of());
          Admin admin = kafka.createAdminClient()) {
        workers = group;
        producer = sender;
        for (int member = 0; member < WORKERS; member++) {
          workers.start(member);
        }
        workers.put(CONNECTOR, config());
        disturb();
        rows.send(producer, ROWS - rows.count());
        producer.flush();
        awaitRows(ROWS);
        Await.until("the commit of all offsets", PATIENCE, () -> isAllCommitted(admin, CONNECTOR));
        workers.leave();
      }
      warehouse.calm();
      assertEquals(rows.expected(), warehouse.found());
    } finally {
      kafka.stop();
    }
    System.out.printf(
        "kills  %s  seed %d  workers %d  kills %d  zombies %d  departures %d  cuts %d  rows %d"
            + "  lost 0  doubled 0%n",
        warehouse.name(), SEED, WORKERS, KILLS, zombies, departures, warehouse.harmed(), ROWS);
    assertTrue(warehouse.harmed() > 0, "no call was cut");
  }

  private void disturb() throws Exception {
    for (int kill = 1; kill <= KILLS; kill++) {
      long before = warehouse.landed();
      rows.send(producer, ROWS * kill / (KILLS + 1) - rows.count());
      warehouse.harm(random);
      int victim = random.nextInt(WORKERS);
      boolean starting = kill > 1 && random.nextInt(4) == 0;
      if (!starting) {
        awaitRows(before + 1 + random.nextLong(Math.max(1, rows.count() - before)));
      }
      // Anywhere: in an upload, in a COPY, between two statements, in the worker's start.
      Thread.sleep(random.nextInt(starting ? 6000 : 300));
      workers.kill(victim);
      workers.start(victim);
      print("kill " + kill, victim, starting ? "while starting" : "after rows");
      if (WORKERS > 1 && kill % 4 == 2) {
        wakeZombie(random.nextInt(WORKERS));
      }
      if (WORKERS > 1 && kill % 4 == 0) {
        depart(random.nextInt(WORKERS));
      }
    }
  }

  /** Stops a worker with rows in its hands, and lets it go on when others have written them. */
  private void wakeZombie(int victim) throws Exception {
    Await.until("a task on worker " + victim, PATIENCE, () -> workers.tasks(victim, CONNECTOR) > 0);
    warehouse.harm(random);
    sendSome();
    Thread.sleep(random.nextInt(300));
    workers.member(victim).jvm().freeze();
    // To every partition: those that the worker had are somebody else's when all have landed.
    sendSome();
    producer.flush();
    awaitRows(rows.count());
    workers.member(victim).jvm().thaw();
    zombies++;
    print("zombie " + zombies, victim, "woken");
  }

  /** Ends a worker as an operator does, and starts it again. */
  private void depart(int victim) throws Exception {
    sendSome();
    workers.leave(victim);
    departures++;
    print("departure " + departures, victim, "ended");
    workers.start(victim);
  }

  /** A part of the rows that the next kill would send. */
  private void sendSome() {
    rows.send(producer, Math.min(ROWS - rows.count(), Math.max(1, ROWS / (KILLS + 1) / 4)));
  }

  private void print(String what, int worker, String when) {
    System.out.printf(
        "%s  worker %d %s  rows %d of %d  cuts %d%n",
        what, worker, when, warehouse.landed(), ROWS, warehouse.harmed());
  }

  private void awaitRows(long goal) throws InterruptedException {
    Await.until(
        goal + " rows",
        PATIENCE,
        () -> {
          workers.requireAlive();
          return warehouse.landed() >= goal;
        });
  }

  /** A row that was written twice would have been by the time that its offset is committed. */
  static boolean isAllCommitted(Admin admin, String connector) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin
            .listConsumerGroupOffsets("connect-" + connector)
            .partitionsToOffsetAndMetadata()
            .get();
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, CountedIds.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(TABLE, partition))
            .collect(Collectors.toMap(tp -> tp, tp -> OffsetSpec.latest()));
    return admin.listOffsets(ends).all().get().entrySet().stream()
        .allMatch(
            end ->
                committed.get(end.getKey()) != null
                    && committed.get(end.getKey()).offset() == end.getValue().offset());
  }

  private Map<String, String> config() {
    Map<String, String> config = new HashMap<>(warehouse.config());
    config.put("name", CONNECTOR);
    config.put("tasks.max", "2");
    config.put("topics", TABLE);
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    // A killed consumer is missed soon.
    config.put("consumer.override.session.timeout.ms", "6000");
    config.put("consumer.override.heartbeat.interval.ms", "1500");
    // Both tasks may run in one worker, whose heap is small.
    config.put("buffer.max.bytes", String.valueOf(32 << 20));
    return config;
  }
}
