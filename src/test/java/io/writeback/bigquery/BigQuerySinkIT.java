package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The BigQuery sink in a real Connect worker: what SQL finds is what was produced, once. */
class BigQuerySinkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonConverter JSON = new JsonConverter();

  private static BigQueryStandIn standIn;
  private static BigQuery client;
  private static EmbeddedConnectCluster connect;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    JSON.configure(Map.of("schemas.enable", "true"), false);
    standIn = BigQueryStandIn.start(Settings.defaults());
    standIn.createDataset(BigQueryRig.DATASET, "US");
    client =
        BigQueryOptions.newBuilder()
            .setHost(standIn.endpoint().toString())
            .setProjectId(standIn.project())
            .setCredentials(
                ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(
                        standIn.serviceAccountJson().getBytes(StandardCharsets.UTF_8))))
            .build()
            .getService();
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("bigquery-sink")
            .numWorkers(1)
            .numBrokers(1)
            .workerProps(
                new HashMap<>(
                    Map.of(
                        "offset.flush.interval.ms", "1000",
                        // Other tests keep connectors on the class path that no service file names.
                        "plugin.discovery", "hybrid_warn")))
            .build();
    connect.start();
    producer = connect.kafka().createProducer(Map.of());
    connect.kafka().createTopic("domo.snapshots", 1);
  }

  @AfterAll
  static void stop() {
    producer.close();
    connect.stop();
    standIn.close();
  }

  @AfterEach
  void deleteConnectors() {
    standIn.faults().clear();
    connect.connectors().forEach(connect::deleteConnector);
  }

  private static Map<String, String> config(String name, String... more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", BigQuerySinkConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("bigquery.project", standIn.project());
    config.put("bigquery.dataset", BigQueryRig.DATASET);
    config.put("bigquery.endpoint", standIn.endpoint().toString());
    config.put("bigquery.grpc.endpoint", standIn.grpcEndpoint());
    config.put("bigquery.credentials.source", "key_json");
    config.put("bigquery.credentials.json", standIn.serviceAccountJson());
    config.put("value.converter", JsonConverter.class.getName());
    config.put("value.converter.schemas.enable", "true");
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("flush.interval.ms", "300");
    config.put("snapshot.poll.ms", "300");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  private static void send(String topic, int partition, Struct value, String... headers)
      throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, partition, null, JSON.fromConnectData(topic, value.schema(), value));
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    producer.send(record).get();
  }

  private static void rows(String topic, int from, int to) throws Exception {
    for (int id = from; id <= to; id++) {
      send(topic, id % 2, row(id, "row " + id));
    }
  }

  private static Struct row(long id, String note) {
    return new Struct(BigQueryRig.ROW).put("id", id).put("note", note);
  }

  /** A version of the DataSet behind the topic orders, with its manifest. */
  private static void snapshot(String snapshot, int rows, long manifestOffset) throws Exception {
    for (int ordinal = 1; ordinal <= rows; ordinal++) {
      send(
          "orders",
          ordinal % 2,
          row(ordinal, snapshot),
          SnapshotHeaders.SNAPSHOT,
          snapshot,
          SnapshotHeaders.ROW,
          String.valueOf(ordinal));
    }
    send(
        "domo.snapshots",
        0,
        (Struct)
            ManifestCodec.toValue(BigQueryRig.manifest(snapshot, manifestOffset, rows).manifest()));
  }

  /** Rows of a query, columns joined by a bar; a table that is not there yet is one word. */
  private static List<String> sql(String text) throws InterruptedException {
    List<String> rows = new ArrayList<>();
    try {
      for (FieldValueList row : client.query(QueryJobConfiguration.of(text)).iterateAll()) {
        rows.add(
            String.join(
                "|", row.stream().map(v -> v.isNull() ? "null" : v.getStringValue()).toList()));
      }
    } catch (BigQueryException e) {
      if (e.getCode() == 404 || "notFound".equals(e.getReason())) {
        return List.of("absent");
      }
      throw e;
    }
    return rows;
  }

  private static List<String> counts(String table) throws InterruptedException {
    return sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM sales." + table);
  }

  private static void await(String what, List<String> expected, Callable<List<String>> actual)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<String> last = actual.call();
    while (!last.equals(expected)) {
      if (System.nanoTime() > deadline) {
        fail("waited " + PATIENCE.toSeconds() + " s for " + what + ", found " + last);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      last = actual.call();
    }
  }

  @Test
  void plainRowsLandOnceAcrossLostAnswersRestartsAndAnotherTaskCount() throws Exception {
    connect.kafka().createTopic("plain", 2);
    rows("plain", 1, 200);
    standIn.faults().once(call -> call.is("upload.start"), new BigQueryFault.AnswerLost());
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    await("the first rows", List.of("200|200"), () -> counts("plain"));
    connect.restartConnectorAndTasks("plain-sink", false, true, false);
    rows("plain", 201, 400);
    await("the rows after the restart", List.of("400|400"), () -> counts("plain"));
    connect.configureConnector(
        "plain-sink", config("plain-sink", "topics", "plain", "tasks.max", "2"));
    rows("plain", 401, 500);
    await("the rows of two tasks", List.of("500|500"), () -> counts("plain"));
    connect.deleteConnector("plain-sink");
    rows("plain", 501, 600);
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    await("the rows of the connector made again", List.of("600|600"), () -> counts("plain"));
    assertEquals(List.of("1|600|180300"), sql("SELECT MIN(id), MAX(id), SUM(id) FROM sales.plain"));
  }

  @Test
  void streamedRowsLandOnceAcrossLostAnswersRestartsAndAnotherTaskCount() throws Exception {
    connect.kafka().createTopic("streamed", 2);
    rows("streamed", 1, 200);
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    String[] streamed = {"topics", "streamed", "bigquery.write.method", "storage_write"};
    connect.configureConnector("streaming-sink", config("streaming-sink", streamed));
    await("the first rows", List.of("200|200"), () -> counts("streamed"));
    connect.restartConnectorAndTasks("streaming-sink", false, true, false);
    rows("streamed", 201, 400);
    await("the rows after the restart", List.of("400|400"), () -> counts("streamed"));
    Map<String, String> two = config("streaming-sink", streamed);
    two.put("tasks.max", "2");
    connect.configureConnector("streaming-sink", two);
    rows("streamed", 401, 500);
    await("the rows of two tasks", List.of("500|500"), () -> counts("streamed"));
    assertEquals(
        List.of("1|500|125250"), sql("SELECT MIN(id), MAX(id), SUM(id) FROM sales.streamed"));
  }

  @Test
  void aTableShowsOneWholeSnapshotAfterTheOtherAndAnEmptyOneIfAllowed() throws Exception {
    connect.kafka().createTopic("orders", 2);
    connect.configureConnector(
        "orders-sink",
        config(
            "orders-sink",
            "topics",
            "orders,domo.snapshots",
            "write.mode",
            "overwrite",
            "snapshot.min.rows",
            "0",
            "tasks.max",
            "2"));
    String whole = "SELECT note, COUNT(*), COUNT(DISTINCT id) FROM sales.orders GROUP BY note";
    snapshot("s1", 60, 0);
    await("version 1", List.of("s1|60|60"), () -> sql(whole));
    snapshot("s2", 25, 1);
    List<List<String>> seen = new ArrayList<>();
    await(
        "version 2",
        List.of("s2|25|25"),
        () -> {
          List<String> now = sql(whole);
          seen.add(now);
          return now;
        });
    seen.removeIf(List.of("s1|60|60")::equals);
    seen.removeIf(List.of("s2|25|25")::equals);
    assertEquals(List.of(), seen, "something else than a whole version was to be seen");
    snapshot("s3", 0, 2);
    await("the empty version", List.of("0|0"), () -> counts("orders"));
    await(
        "the decisions",
        List.of("s1|PROMOTED", "s2|PROMOTED", "s3|PROMOTED"),
        () -> sql("SELECT snapshot, verdict FROM sales.__wb_snapshots ORDER BY snapshot"));
    await(
        "the staging to be dropped",
        List.of(),
        () ->
            sql(
                "SELECT table_name FROM sales.INFORMATION_SCHEMA.TABLES"
                    + " WHERE table_name LIKE 'orders\\\\_\\\\_wb\\\\_s%'"));
  }

  @Test
  void aRowThatBigQueryCannotKeepGoesToTheDeadLetterQueueAndTheOthersLand() throws Exception {
    connect.kafka().createTopic("dated", 1);
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("at", Timestamp.SCHEMA)
            .build();
    long[] millis = {0, 253_402_300_800_000L, 253_402_300_799_999L};
    for (int id = 0; id < millis.length; id++) {
      send(
          "dated",
          0,
          new Struct(schema).put("id", (long) id).put("at", new java.util.Date(millis[id])));
    }
    connect.configureConnector(
        "dated-sink",
        config(
            "dated-sink",
            "topics",
            "dated",
            "errors.tolerance",
            "all",
            "errors.deadletterqueue.topic.name",
            "dated-refused",
            "errors.deadletterqueue.topic.replication.factor",
            "1",
            "errors.deadletterqueue.context.headers.enable",
            "true"));
    await("the good rows", List.of("0", "2"), () -> sql("SELECT id FROM sales.dated ORDER BY id"));
    var refused =
        connect.kafka().consume(1, PATIENCE.toMillis(), "dated-refused").iterator().next();
    String reason =
        new String(
            refused.headers().lastHeader("__connect.errors.exception.message").value(),
            StandardCharsets.UTF_8);
    assertEquals(
        "Record of dated-0 at offset 1 cannot be written: field at: a timestamp lies outside of the years 1 to 9999, which is all that BigQuery"
            + " keeps",
        reason);
  }
}
