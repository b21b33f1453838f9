package io.writeback.domo;

import io.writeback.domo.TrivialSourceConnector.Load;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.TpchRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;

/**
 * TPC-H lineitem from the Domo stand-in to Kafka, download, verification and manifest included,
 * against a source that does nothing but hand the same records, made beforehand, to the same
 * worker. The worker has exactly-once support. A run counts from the start of the task to the time
 * stamp of its last record, which is sent when every row is acknowledged. {@code mvn -Pbench
 * -Dbench=DomoEndToEnd}
 */
public final class DomoEndToEnd implements AutoCloseable {
  private static final int ROWS = Integer.getInteger("bench.rows", 600_000);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final int BATCH = 5000;
  private static final Duration LIMIT = Duration.ofMinutes(20);

  private final EmbeddedConnectCluster connect;
  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private final Path spool = Files.createTempDirectory("domo-end-to-end");
  private final RepeatedRows rows =
      (RepeatedRows) RepeatedRows.of(TpchRows.of("lineitem", 0.001), ROWS);
  private int runs;

  private DomoEndToEnd() throws IOException {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("domo-end-to-end")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(new HashMap<>(Map.of("exactly.once.source.support", "enabled")))
            .build();
    connect.start();
  }

  /** Prints the ratio. */
  public static void main(String[] args) throws Exception {
    try (DomoEndToEnd bench = new DomoEndToEnd()) {
      bench.trivial();
      bench.domo();
      List<Double> trivial = new ArrayList<>();
      List<Double> domo = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        trivial.add(bench.trivial());
        domo.add(bench.domo());
        System.out.printf(
            Locale.ROOT,
            "round %d of %d: trivial %,.0f rows/s, domo %,.0f rows/s%n",
            round + 1,
            ROUNDS,
            trivial.get(round),
            domo.get(round));
      }
      double baseline = median(trivial);
      double source = median(domo);
      String line = "bench  DomoEndToEnd.%s  %,.0f rows/s  ratio %.2f of DomoEndToEnd.trivial%n";
      System.out.printf(Locale.ROOT, line, "trivial", baseline, 1.0);
      System.out.printf(Locale.ROOT, line, "domo", source, source / baseline);
    }
    // The embedded cluster leaves threads behind.
    System.exit(0);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Rows per second of the Domo source. */
  private double domo() throws Exception {
    String name = "domo-" + runs++;
    DomoDataSet dataSet = domo.add(DataSetSpec.of(name, rows));
    // Both cost the stand-in more than everything that is measured here.
    dataSet.dialect(CsvDialect.documented().withGzip(false));
    domo.log().clear();
    Map<String, String> config = config(name, DomoSourceConnector.class.getName());
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put("domo.datasets", dataSet.id() + ":" + name);
    config.put("domo.topic.format", "rows.{alias}");
    config.put("snapshot.topic", "end." + name);
    config.put("domo.spool.dir", spool.toString());
    Instant end = run(name, config);
    return perSecond(domo.log().requests(Route.TOKEN).get(0).at(), end);
  }

  /** Rows per second of the worker. */
  private double trivial() throws Exception {
    String name = "trivial-" + runs++;
    TrivialSourceConnector.load = new Load(batch("rows." + name), ROWS, "end." + name);
    Instant end = run(name, config(name, TrivialSourceConnector.class.getName()));
    return perSecond(TrivialSourceConnector.started, end);
  }

  private static double perSecond(Instant start, Instant end) {
    return ROWS * 1000.0 / Duration.between(start, end).toMillis();
  }

  private Instant run(String name, Map<String, String> config) throws Exception {
    connect.kafka().createTopic("end." + name, 1);
    connect.configureConnector(name, config);
    ConsumerRecord<byte[], byte[]> last =
        connect
            .kafka()
            .consume(
                1, LIMIT.toMillis(), Map.of("isolation.level", "read_committed"), "end." + name)
            .iterator()
            .next();
    connect.deleteConnector(name);
    connect.kafka().deleteTopic("rows." + name);
    return Instant.ofEpochMilli(last.timestamp());
  }

  private static Map<String, String> config(String name, String connector) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", connector);
    config.put("tasks.max", "1");
    config.put("exactly.once.support", "required");
    config.put("key.converter", JsonConverter.class.getName());
    config.put("key.converter.schemas.enable", "false");
    config.put("value.converter", JsonConverter.class.getName());
    config.put("value.converter.schemas.enable", "false");
    config.put("producer.override.compression.type", "lz4");
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "1");
    return config;
  }

  /** The records that the Domo source would make of the first rows. */
  private List<SourceRecord> batch(String topic) {
    List<DomoColumn> columns =
        rows.columns().stream()
            .map(column -> new DomoColumn(column.name(), ColumnType.of(column.type().name())))
            .toList();
    StringBuilder csv =
        new StringBuilder(String.join(",", rows.columns().stream().map(Column::name).toList()))
            .append('\n');
    try (RowCursor cursor = rows.open()) {
      for (int i = 0; i < BATCH; i++) {
        csv.append('"').append(String.join("\",\"", cursor.next())).append("\"\n");
      }
    }
    List<SourceRecord> records = new ArrayList<>();
    for (Struct row : Csv.structs(columns, Csv.FORMS, csv.toString())) {
      ConnectHeaders headers = new ConnectHeaders();
      SnapshotHeaders.dataset(headers, "01234567-89ab-cdef-0123-456789abcdef", topic);
      SnapshotHeaders.row(headers, "s1763640000000-0123abcd", records.size() + 1L);
      records.add(new Prebuilt(records.size(), topic, row, headers));
    }
    return records;
  }

  /** Equal only to itself, as ours are: the worker would hash every cell otherwise. */
  private static final class Prebuilt extends SourceRecord {
    private Prebuilt(long row, String topic, Struct value, Headers headers) {
      super(
          Map.of("dataset", "01234567-89ab-cdef-0123-456789abcdef"),
          Map.of("fmt", 1, "config", "0123456789abcdef", "in.row", row),
          topic,
          null,
          (Schema) null,
          null,
          value.schema(),
          value,
          null,
          headers);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  @Override
  public void close() {
    connect.stop();
    domo.close();
  }
}
