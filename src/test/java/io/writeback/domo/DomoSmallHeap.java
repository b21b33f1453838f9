package io.writeback.domo;

import io.writeback.local.LoneBroker;
import io.writeback.local.SmallHeapWorker;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;

/**
 * A large DataSet through a worker with little memory: TPC-H line items, exactly once, a worker
 * process with {@code -Xmx256m}. A read_committed consumer checks every ordinal while they arrive.
 * {@code mvn -Pbench -Dbench=DomoSmallHeap}, with {@code -Dbench.rows=…} for another size.
 */
public final class DomoSmallHeap {
  private static final long ROWS = Long.getLong("bench.rows", 10_000_000);
  private static final int HEAP_MB = 256;
  private static final Duration LIMIT = Duration.ofHours(3);
  private static final String ROWS_TOPIC = "rows.lineitem";
  private static final String END_TOPIC = "snapshots";

  private DomoSmallHeap() {}

  /** Prints the figures; exit code 1 if a row is missing or there twice. */
  public static void main(String[] args) throws Exception {
    Path dir = Files.createTempDirectory("domo-small-heap");
    EmbeddedKafkaCluster kafka = LoneBroker.start();
    try (DomoStandIn domo = DomoStandIn.start(Settings.defaults())) {
      DomoDataSet dataSet =
          domo.add(
              DataSetSpec.of("lineitem", RepeatedRows.of(TpchRows.of("lineitem", 0.01), ROWS)));
      dataSet.dialect(CsvDialect.documented().withGzip(false));
      kafka.createTopic(END_TOPIC, 1);
      kafka.createTopic(ROWS_TOPIC, 1);
      try (SmallHeapWorker worker = SmallHeapWorker.start(dir, kafka.bootstrapServers(), HEAP_MB)) {
        long start = System.nanoTime();
        worker.rest().put("lineitem", connector(dir, domo, dataSet));
        SnapshotManifest manifest = follow(kafka, worker);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "bench  DomoSmallHeap  %,d rows in %,.0f s, %,.0f rows/s; worker -Xmx%dm, heap after"
                + " collections at most %d MiB, before them %d MiB%n",
            manifest.rows(),
            seconds,
            manifest.rows() / seconds,
            HEAP_MB,
            worker.peakAfterCollections(),
            worker.peakBeforeCollections());
      }
    }
    // The embedded broker leaves threads behind.
    System.exit(0);
  }

  /** Reads until the manifest is there and all its rows were seen, each once, in order. */
  private static SnapshotManifest follow(EmbeddedKafkaCluster kafka, SmallHeapWorker worker) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    SnapshotManifest manifest = null;
    long seen = 0;
    JsonConverter json = new JsonConverter();
    json.configure(Map.of("schemas.enable", "false"), false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.createConsumerAndSubscribeTo(
            Map.of("isolation.level", "read_committed"), ROWS_TOPIC, END_TOPIC)) {
      while (manifest == null || seen < manifest.rows()) {
        worker.requireAlive();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("only " + seen + " rows\n" + worker.lastLines(30));
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.topic().equals(END_TOPIC)) {
            manifest =
                ManifestCodec.fromValue(json.toConnectData(END_TOPIC, record.value()).value());
          } else {
            long ordinal =
                Long.parseLong(
                    new String(
                        record.headers().lastHeader("writeback.row").value(),
                        StandardCharsets.US_ASCII));
            if (ordinal != ++seen) {
              throw new IllegalStateException("expected row " + seen + ", found " + ordinal);
            }
            if (seen % 1_000_000 == 0) {
              System.out.printf(Locale.ROOT, "%,d rows%n", seen);
            }
          }
        }
      }
    }
    if (manifest.rows() != ROWS || seen != ROWS) {
      throw new IllegalStateException(seen + " rows, manifest " + manifest.rows());
    }
    return manifest;
  }

  private static Map<String, String> connector(Path dir, DomoStandIn domo, DomoDataSet dataSet) {
    return Map.ofEntries(
        Map.entry("name", "lineitem"),
        Map.entry("connector.class", DomoSourceConnector.class.getName()),
        Map.entry("tasks.max", "1"),
        Map.entry("exactly.once.support", "required"),
        Map.entry("value.converter", JsonConverter.class.getName()),
        Map.entry("value.converter.schemas.enable", "false"),
        Map.entry("producer.override.compression.type", "lz4"),
        Map.entry("domo.client.id", "client"),
        Map.entry("domo.client.secret", "secret"),
        Map.entry("domo.api.url", domo.endpoint().toString()),
        Map.entry("domo.datasets", dataSet.id() + ":lineitem"),
        Map.entry("domo.topic.format", "rows.{alias}"),
        Map.entry("snapshot.topic", END_TOPIC),
        Map.entry("domo.spool.dir", dir.resolve("spool").toString()));
  }
}
