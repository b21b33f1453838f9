package io.writeback.it;

import static io.writeback.it.WarehouseUnderFire.TABLE;

import io.writeback.local.LoneBroker;
import io.writeback.local.SmallHeapWorker;
import io.writeback.standin.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;

/**
 * Many rows through a sink task in a worker whose heap is the task's buffer and 128 MiB: four
 * partitions, {@value #PADDING} characters of text in each row. The rows wait in Kafka when the
 * connector starts, so that it never has to wait for them. What the table holds is compared in the
 * end. {@code mvn -Pbench -Dbench=RedshiftSmallHeap} or {@code BigQuerySmallHeap}, with {@code
 * -Dbench.rows=…} for another number.
 */
public final class SinkSmallHeap {
  private static final long ROWS = Long.getLong("bench.rows", 10_000_000);
  private static final int PADDING = 150;
  private static final int BUFFER_MB = 128;
  private static final int HEAP_MB = BUFFER_MB + 128;
  private static final String CONNECTOR = "small-heap";
  private static final Duration LIMIT = Duration.ofHours(3);

  private SinkSmallHeap() {}

  /** By COPY. */
  public static void redshift() throws Exception {
    try (WarehouseUnderFire redshift = new RedshiftUnderFire()) {
      run(redshift);
    }
    // The embedded broker leaves threads behind.
    System.exit(0);
  }

  /** By exactly-once streams. */
  public static void bigQuery() throws Exception {
    try (WarehouseUnderFire bigQuery = new BigQueryUnderFire("storage_write")) {
      run(bigQuery);
    }
    System.exit(0);
  }

  private static void run(WarehouseUnderFire warehouse) throws Exception {
    Path dir = Files.createTempDirectory("sink-small-heap");
    EmbeddedKafkaCluster kafka = LoneBroker.start();
    kafka.createTopic(TABLE, CountedIds.PARTITIONS);
    CountedIds rows = new CountedIds(TABLE, PADDING);
    try (KafkaProducer<byte[], byte[]> producer =
        kafka.createProducer(Map.of("compression.type", "lz4", "linger.ms", "20"))) {
      rows.send(producer, ROWS);
    }
    try (SmallHeapWorker worker = SmallHeapWorker.start(dir, kafka.bootstrapServers(), HEAP_MB);
        Admin admin = kafka.createAdminClient()) {
      long start = System.nanoTime();
      worker.rest().put(CONNECTOR, config(warehouse));
      Await.until(
          "all rows",
          LIMIT,
          () -> {
            worker.requireAlive();
            worker.rest().requireNotFailed(CONNECTOR);
            return SinkKillRun.isAllCommitted(admin, CONNECTOR);
          });
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!warehouse.found().equals(rows.expected())) {
        throw new IllegalStateException(
            "expected " + rows.expected() + ", found " + warehouse.found());
      }
      System.out.printf(
          Locale.ROOT,
          "bench  SmallHeap  %s  %,d rows in %,.0f s, %,.0f rows/s; worker -Xmx%dm with"
              + " buffer.max.bytes of %d MiB, heap after collections at most %d MiB, before them %d"
              + " MiB%n",
          warehouse.name(),
          ROWS,
          seconds,
          ROWS / seconds,
          HEAP_MB,
          BUFFER_MB,
          worker.peakAfterCollections(),
          worker.peakBeforeCollections());
    }
  }

  private static Map<String, String> config(WarehouseUnderFire warehouse) {
    Map<String, String> config = new HashMap<>(warehouse.config());
    config.put("name", CONNECTOR);
    config.put("tasks.max", "1");
    config.put("topics", TABLE);
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put("buffer.max.bytes", String.valueOf(BUFFER_MB << 20));
    // Rows and bytes decide when to flush, not time: that fills the buffer most.
    config.put("flush.interval.ms", "20000");
    return config;
  }
}
