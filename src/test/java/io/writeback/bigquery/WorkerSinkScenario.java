package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.fail;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
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
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A Connect worker with BigQuery sinks, a broker, and a BigQuery that SQL can look into. */
abstract class WorkerSinkScenario {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonConverter JSON = new JsonConverter();

  static BigQueryStandIn standIn;
  private static BigQuery client;
  static EmbeddedConnectCluster connect;
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

  static Map<String, String> config(String name, String... more) {
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

  static void send(String topic, int partition, Struct value, String... headers) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, partition, null, JSON.fromConnectData(topic, value.schema(), value));
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    producer.send(record).get();
  }

  static void rows(String topic, int from, int to) throws Exception {
    for (int id = from; id <= to; id++) {
      send(topic, id % 2, row(id, "row " + id));
    }
  }

  static Struct row(long id, String note) {
    return new Struct(BigQueryRig.ROW).put("id", id).put("note", note);
  }

  /** A version of the DataSet behind the topic orders, with its manifest. */
  static void snapshot(String snapshot, int rows, long manifestOffset) throws Exception {
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
  static List<String> sql(String text) throws InterruptedException {
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

  static List<String> counts(String table) throws InterruptedException {
    return sql("SELECT COUNT(*), COUNT(DISTINCT id) FROM sales." + table);
  }

  static void await(String what, List<String> expected, Callable<List<String>> actual)
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
}
