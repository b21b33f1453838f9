package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.local.ConnectRuntime;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import io.writeback.standin.s3.S3StandIn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Exactly once across crashes: workers with the packaged archive are killed and their connections
 * cut at random points while rows flow over four partitions and two tasks. What SQL finds is what
 * the generator made, once.
 *
 * <p>{@code -Dkills=30 -Dkills.rows=1000000} is the long run, {@code -Dkills.seed=7} another
 * schedule, {@code -Dkills.workers=2} the number of workers, of which one is killed at a time.
 */
class RedshiftSinkKillIT {
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final long SEED = Long.getLong("kills.seed", 1);
  private static final int WORKERS = Integer.getInteger("kills.workers", 1);
  private static final long ROWS = Long.getLong("kills.rows", 10_000);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String TABLE = "killed_rows";

  @TempDir Path dir;
  private EmbeddedKafkaCluster kafka;
  private S3StandIn s3;
  private S3Objects objects;
  private RedshiftStandIn redshift;

  @BeforeEach
  void start() throws Exception {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    broker.put("offsets.topic.num.partitions", "3");
    broker.put("auto.create.topics.enable", "false");
    broker.put("group.min.session.timeout.ms", "1000");
    kafka = new EmbeddedKafkaCluster(1, broker);
    kafka.start();
    kafka.createTopic(TABLE, CountedIds.PARTITIONS);
    s3 = S3StandIn.start(S3StandIn.Settings.standard());
    objects = new S3Objects(s3.endpoint(), "us-east-1");
    redshift = RedshiftStandIn.start(RedshiftSettings.builder().objects(objects).build());
  }

  @AfterEach
  void stop() {
    redshift.close();
    objects.close();
    s3.close();
    kafka.stop();
  }

  @Test
  void everyRowLandsOnce() throws Exception {
    Random random = new Random(SEED);
    CountedIds rows = new CountedIds(TABLE);
    int cuts = 0;
    try (WorkerGroup workers =
            new WorkerGroup(ConnectRuntime.V4_3, dir, kafka.bootstrapServers(), WORKERS, Map.of());
        KafkaProducer<byte[], byte[]> producer = kafka.createProducer(Map.of())) {
      for (int member = 0; member < WORKERS; member++) {
        workers.start(member);
      }
      workers.put("killed", config());
      for (int kill = 1; kill <= KILLS; kill++) {
        long before = landed();
        rows.send(producer, ROWS * kill / (KILLS + 1) - rows.count());
        cuts += cut(random);
        int victim = random.nextInt(WORKERS);
        boolean starting = kill > 1 && random.nextInt(4) == 0;
        if (!starting) {
          long goal = before + 1 + random.nextLong(Math.max(1, rows.count() - before));
          awaitRows(workers, goal);
        }
        // Anywhere: in an upload, in a COPY, between two statements, in the worker's start.
        Thread.sleep(random.nextInt(starting ? 6000 : 300));
        workers.kill(victim);
        workers.start(victim);
        System.out.printf(
            "kill %d/%d  worker %d %s  rows %d of %d%n",
            kill, KILLS, victim, starting ? "while starting" : "after rows", landed(), ROWS);
      }
      rows.send(producer, ROWS - rows.count());
      producer.flush();
      awaitRows(workers, ROWS);
    }
    assertEquals(
        rows.expected(),
        one(
            "SELECT count(*) || ' rows, ' || count(DISTINCT id) || ' ids, '"
                + " || count(DISTINCT (kafka_partition, kafka_offset)) || ' places, sum '"
                + " || sum(('x' || substr(md5(id || '|' || name), 1, 8))::bit(32)::bigint) FROM "
                + TABLE));
    System.out.printf(
        "kills  Redshift  seed %d  workers %d  kills %d  cuts %d  rows %d  lost 0  doubled 0%n",
        SEED, WORKERS, KILLS, cuts, ROWS);
  }

  /** Cuts a connection at one of the points that hurt. */
  private int cut(Random random) {
    int after = random.nextInt(3);
    switch (random.nextInt(5)) {
      case 0 ->
          redshift.faults().arm(RedshiftCall.commit(), after, 1, new RedshiftFault.DropAfter());
      case 1 ->
          redshift.faults().arm(RedshiftCall.commit(), after, 1, new RedshiftFault.DropBefore());
      case 2 -> redshift.faults().arm(RedshiftCall.copy(), after, 1, new RedshiftFault.Kill());
      case 3 ->
          s3.faults().arm(r -> r.is(S3Operation.PUT_OBJECT), after, 1, new S3Fault.LostAnswer());
      default -> {
        return 0;
      }
    }
    return 1;
  }

  private void awaitRows(WorkerGroup workers, long goal) throws InterruptedException {
    Await.until(
        goal + " rows",
        PATIENCE,
        () -> {
          workers.requireAlive();
          return landed() >= goal;
        });
  }

  private long landed() {
    return one("SELECT to_regclass('public." + TABLE + "') IS NULL").equals("t")
        ? 0
        : Long.parseLong(one("SELECT count(*) FROM " + TABLE));
  }

  private String one(String sql) {
    try (Connection admin = DriverManager.getConnection(redshift.adminUrl());
        Statement statement = admin.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, String> config() {
    Map<String, String> config = new HashMap<>();
    config.put("name", "killed");
    config.put("connector.class", "io.writeback.redshift.RedshiftSinkConnector");
    config.put("tasks.max", "2");
    config.put("topics", TABLE);
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    // A killed consumer is missed soon.
    config.put("consumer.override.session.timeout.ms", "6000");
    config.put("consumer.override.heartbeat.interval.ms", "1500");
    config.put("redshift.host", redshift.host());
    config.put("redshift.port", String.valueOf(redshift.port()));
    config.put("redshift.database", redshift.database());
    config.put("redshift.user", redshift.user());
    config.put("redshift.password", redshift.password());
    config.put("redshift.ssl.mode", "verify-full");
    config.put("redshift.ssl.ca", redshift.caPem());
    config.put("s3.bucket", "writeback");
    config.put("s3.region", "us-east-1");
    config.put("s3.endpoint", s3.endpoint().toString());
    config.put("s3.path.style", "true");
    config.put("s3.access.key.id", "AKIAWRITEBACKLOCAL00");
    config.put("s3.secret.access.key", "local/secret+of/the-stand-in");
    config.put("flush.interval.ms", "300");
    config.put("table.metadata.columns", "partition,offset");
    return config;
  }
}
