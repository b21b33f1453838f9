package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfos;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Redshift sink in a real Connect worker: what SQL finds is what was produced, once. */
class RedshiftSinkIT {
  private static EmbeddedConnectCluster connect;
  private static Warehouse warehouse;
  private static KafkaProducer<byte[], byte[]> producer;
  private static final JsonConverter JSON = new JsonConverter();

  @BeforeAll
  static void start() throws Exception {
    JSON.configure(Map.of("schemas.enable", "true"), false);
    warehouse = new Warehouse();
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("redshift-sink")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(
                new HashMap<>(
                    Map.of(
                        "offset.flush.interval.ms", "1000",
                        // Other tests keep connectors on the class path that no service file names.
                        "plugin.discovery", "hybrid_warn")))
            .build();
    connect.start();
    producer = connect.kafka().createProducer(Map.of());
  }

  @AfterAll
  static void stop() {
    producer.close();
    connect.stop();
    warehouse.close();
  }

  @AfterEach
  void deleteConnectors() {
    warehouse.redshift.faults().clear();
    connect.connectors().forEach(connect::deleteConnector);
  }

  private static Map<String, String> config(String name, String... more) {
    Map<String, String> config = warehouse.config(name, more);
    config.put("connector.class", RedshiftSinkConnector.class.getName());
    config.put("tasks.max", "2");
    config.put("value.converter", JsonConverter.class.getName());
    config.put("value.converter.schemas.enable", "true");
    config.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("flush.interval.ms", "300");
    config.put("snapshot.poll.ms", "300");
    config.put("consumer.override.auto.offset.reset", "earliest");
    return config;
  }

  private static void send(
      String topic, int partition, Schema schema, Object value, String... headers)
      throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, partition, null, JSON.fromConnectData(topic, schema, value));
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    producer.send(record).get();
  }

  private static void rows(String topic, int from, int to) throws Exception {
    for (int id = from; id <= to; id++) {
      send(topic, id % 2, Warehouse.ROW, Warehouse.value(id, "row " + id));
    }
  }

  private static void snapshot(String topic, String snapshot, int rows, long manifestOffset)
      throws Exception {
    for (int ordinal = 1; ordinal <= rows; ordinal++) {
      send(
          topic,
          ordinal % 2,
          Warehouse.ROW,
          Warehouse.value(ordinal, snapshot),
          SnapshotHeaders.SNAPSHOT,
          snapshot,
          SnapshotHeaders.ROW,
          String.valueOf(ordinal));
    }
    SnapshotManifest manifest =
        Warehouse.manifest(topic, Warehouse.table(topic), snapshot, rows, manifestOffset)
            .manifest();
    send("domo.snapshots", 0, ManifestCodec.VALUE_SCHEMA, ManifestCodec.toValue(manifest));
  }

  private static boolean holds(String table, String counts) {
    return !warehouse.rows("SELECT 1 FROM pg_class WHERE relname = '" + table + "'").isEmpty()
        && warehouse.counts(table).equals(counts);
  }

  @Test
  void plainRowsLandOnceAcrossFaultsAndRestarts() throws Exception {
    connect.kafka().createTopic("plain", 2);
    rows("plain", 1, 200);
    warehouse.redshift.faults().arm(RedshiftCall.commit(), 6, 1, new RedshiftFault.DropAfter());
    warehouse.redshift.faults().arm(RedshiftCall.copy(), 1, 1, new RedshiftFault.DropBefore());
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    Await.until("the first rows", () -> holds("plain", "200|200"));
    connect.restartConnectorAndTasks("plain-sink", false, true, false);
    rows("plain", 201, 400);
    Await.until("the rows after the restart", () -> holds("plain", "400|400"));
    connect.deleteConnector("plain-sink");
    rows("plain", 401, 500);
    connect.configureConnector("plain-sink", config("plain-sink", "topics", "plain"));
    Await.until("the rows of the connector made again", () -> holds("plain", "500|500"));
  }

  @Test
  void aTableShowsOneWholeSnapshotAfterTheOther() throws Exception {
    connect.kafka().createTopic("whole", 2);
    connect.kafka().createTopic("domo.snapshots", 1);
    connect.configureConnector(
        "whole-sink",
        config("whole-sink", "topics", "whole,domo.snapshots", "write.mode", "overwrite"));
    snapshot("whole", "s1", 60, 0);
    Await.until("the first snapshot", () -> holds("whole", "60|60"));
    snapshot("whole", "s2", 25, 1);
    Await.until("the second snapshot", () -> holds("whole", "25|25"));
    assertEquals("s2|s2", warehouse.one("SELECT min(name), max(name) FROM whole"));
    snapshot("whole", "s3", 0, 2);
    Await.until(
        "the empty snapshot to be held",
        () ->
            !warehouse
                .rows(
                    "SELECT 1 FROM writeback_snapshots WHERE snapshot = 's3' AND verdict = 'HELD'")
                .isEmpty());
    assertEquals("25|25", warehouse.counts("whole"));
    Await.until(
        "the staging to be cleaned",
        () -> warehouse.s3.view().keys("writeback", "writeback/whole-sink/whole/").isEmpty());
  }

  /** Connect's own reporter: the record is in the dead letter topic, the rest in the table. */
  @Test
  void aRowThatCopyRefusesGoesToTheDeadLettersAndTheRestLands() throws Exception {
    connect.kafka().createTopic("refused", 2);
    warehouse.execute("CREATE TABLE refused (id SMALLINT, name VARCHAR(100))");
    warehouse.execute("GRANT ALL ON refused TO " + warehouse.redshift.user());
    for (int id = 1; id <= 100; id++) {
      int value = id % 40 == 0 ? id * 1000 : id;
      send("refused", id % 2, Warehouse.ROW, Warehouse.value(value, "row"));
    }
    connect.configureConnector(
        "refused-sink",
        config(
            "refused-sink",
            "topics",
            "refused",
            "errors.tolerance",
            "all",
            "errors.deadletterqueue.topic.name",
            "dead-letters",
            "errors.deadletterqueue.topic.replication.factor",
            "1",
            "errors.deadletterqueue.context.headers.enable",
            "true"));
    Await.until("the rest to land", () -> holds("refused", "98|98"));
    // Each once, or again if its partition changed hands before the rest was committed.
    Set<String> offsets = new HashSet<>();
    for (var dead : connect.kafka().consume(2, 60_000, "dead-letters")) {
      offsets.add(header(dead, "partition") + "/" + header(dead, "offset"));
      assertTrue(header(dead, "exception.message").contains("column id"));
    }
    assertEquals(Set.of("0/19", "0/39"), offsets);
  }

  private static String header(ConsumerRecord<byte[], byte[]> dead, String name) {
    return new String(
        dead.headers().lastHeader("__connect.errors." + name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void aPositionSetThroughConnectIsSetInTheWarehouse() throws Exception {
    connect.kafka().createTopic("rewound", 1);
    for (int id = 0; id < 10; id++) {
      send("rewound", 0, Warehouse.ROW, Warehouse.value(id, "row"));
    }
    connect.configureConnector("rewound-sink", config("rewound-sink", "topics", "rewound"));
    Await.until("the rows", () -> holds("rewound", "10|10"));
    connect.stopConnector("rewound-sink");
    Await.until(
        "the connector to stop", () -> connect.connectorStatus("rewound-sink").tasks().isEmpty());
    connect.alterSinkConnectorOffset("rewound-sink", new TopicPartition("rewound", 0), 7L);
    connect.resumeConnector("rewound-sink");
    Await.until("rows 7 to 9 again", () -> holds("rewound", "13|10"));
  }

  @Test
  void validationConnectsAndPutsEachErrorOnItsKey() {
    Map<String, String> good = config("checked", "topics", "plain");
    assertEquals(List.of(), errors(good, null));
    assertRefused(good, "redshift.password", "wrong password", "redshift.password");
    assertRefused(good, "redshift.schema", "nowhere", "redshift.schema");
    assertRefused(good, "redshift.database", "nowhere", "redshift.database");
    assertRefused(good, "s3.bucket", "nowhere-at-all", "s3.bucket");
    assertRefused(good, "s3.secret.access.key", "another-secret", "s3.access.key.id");
    assertRefused(good, "redshift.ssl.ca", "none", "redshift.ssl.ca");
    assertRefused(good, "table.create.format", "{counter}", "table.create.format");
  }

  private static void assertRefused(
      Map<String, String> good, String key, String value, String errorOn) {
    Map<String, String> config = new HashMap<>(good);
    config.put(key, value);
    List<String> errors = errors(config, errorOn);
    assertFalse(errors.isEmpty(), key + "=" + value + " is not refused on " + errorOn);
    errors.forEach(e -> assertFalse(e.contains("another-secret"), e));
    errors.forEach(e -> assertTrue(e.length() > 10, e));
  }

  /** The errors on a key, or all of them. */
  private static List<String> errors(Map<String, String> config, String key) {
    ConfigInfos infos =
        connect.validateConnectorConfig(RedshiftSinkConnector.class.getSimpleName(), config);
    return infos.configs().stream()
        .map(ConfigInfo::configValue)
        .filter(value -> key == null || value.name().equals(key))
        .flatMap(value -> value.errors().stream())
        .toList();
  }
}
