package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfos;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.runtime.rest.errors.ConnectRestException;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Domo source in a real Connect worker with exactly-once support, against the Domo stand-in:
 * what a read_committed consumer finds is the DataSet.
 */
class DomoSourceIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final RowSource CUSTOMER = TpchRows.of("customer", 0.01);
  private static final List<Column> NASTY =
      List.of(new Column("text", DomoType.STRING), new Column("a number", DomoType.LONG));

  private static EmbeddedConnectCluster connect;

  @TempDir Path spool;
  private DomoStandIn domo;
  private String name;

  @BeforeAll
  static void startCluster() {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    broker.put("auto.create.topics.enable", "false");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("domo-source")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(
                new HashMap<>(
                    Map.of(
                        "exactly.once.source.support", "enabled",
                        "offset.flush.interval.ms", "1000")))
            .build();
    connect.start();
  }

  @AfterAll
  static void stopCluster() {
    connect.stop();
  }

  @BeforeEach
  void startDomo(TestInfo test) {
    domo = DomoStandIn.start(Settings.defaults());
    name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  @AfterEach
  void stopDomo() {
    if (connect.connectors().contains(name)) {
      connect.deleteConnector(name);
    }
    domo.close();
  }

  @Test
  void everyVersionArrivesWholeZeroRowsAndEqualRowsIncluded() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("Kunden %", CUSTOMER));
    connect.configureConnector(
        name,
        config(
            dataSet,
            Map.of(
                "domo.key.columns", "it: custkey",
                "topic.creation.default.partitions", "2")));
    SnapshotManifest first = manifest(1);
    assertEquals(Reason.FIRST, first.reason());
    assertEquals("Kunden %", first.name());
    assertEquals(topic(), first.topic());
    assertEquals(name, first.producer());
    log().assertIs(first, CUSTOMER);
    SnapshotLog.Row row = log().rows(first.snapshot()).get(0);
    assertEquals(dataSet.id(), SnapshotHeaders.datasetId(row.headers()).orElseThrow());
    assertEquals("Kunden %", SnapshotHeaders.datasetName(row.headers()).orElseThrow());
    assertTrue(row.key().toString().contains("custkey"), "key " + row.key());
    assertEquals(2, first.ranges().orElseThrow().size(), "keys go to both partitions");

    RowSource second = NextVersion.of(CUSTOMER, 2, List.of("custkey"));
    dataSet.publish(second, Action.REPLACE);
    assertEquals(Reason.VERSION, manifest(2).reason());
    assertIs(2, second);

    RowSource none = ListRows.of(CUSTOMER.columns());
    dataSet.publish(none, Action.REPLACE);
    assertIs(3, none);
    assertEquals(List.of(), manifest(3).ranges().orElseThrow());
    assertEquals(8, manifest(3).columns().size());

    dataSet.publish(CUSTOMER, Action.REPLACE);
    assertIs(4, CUSTOMER);
    assertEquals(first.contentHash(), manifest(4).contentHash());
  }

  @Test
  void nastyCellsArriveAsTheyAre() throws Exception {
    RowSource rows =
        ListRows.of(
            NASTY,
            new String[] {null, null},
            new String[] {"", "1"},
            new String[] {"-", "2"},
            new String[] {"=1+1", "3"},
            new String[] {"a \"b\", c\nd", "-9223372036854775808"},
            new String[] {"☃ \uD83D\uDE00", "9223372036854775807"},
            new String[] {"same", "7"},
            new String[] {"same", "7"},
            new String[] {"007", null});
    DomoDataSet dataSet = domo.add(DataSetSpec.of("nasty", rows));
    connect.configureConnector(name, config(dataSet, Map.of()));
    assertIs(1, rows);
    assertEquals("a_number", manifest(1).columns().get(1).name());
  }

  /** A2: a restart goes on behind the last committed row. */
  @Test
  void aRestartInMidEmissionKeepsTheSnapshot() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("restart", CUSTOMER));
    connect.configureConnector(
        name,
        config(dataSet, Map.of("domo.batch.max.rows", "2", "exactly.once.support", "required")));
    for (int rows : new int[] {20, 200, 400}) {
      Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > rows);
      assertEquals(0, log().manifests().size(), "still in the middle");
      connect.restartConnectorAndTasks(name, false, true, false);
    }
    SnapshotManifest manifest = manifest(1);
    assertEquals(List.of(manifest.snapshot()), log().snapshots());
    assertTrue(manifest.ranges().isEmpty(), "earlier acknowledgements are gone");
    log().assertIs(manifest, CUSTOMER);
    dataSet.publish(NextVersion.of(CUSTOMER, 2, List.of("custkey")), Action.REPLACE);
    assertNotEquals(manifest.snapshot(), manifest(2).snapshot());
    assertTrue(manifest(2).ranges().isPresent());
  }

  /** A2: a task that cannot know whether offsets and rows are committed together starts over. */
  @Test
  void withoutExactlyOnceSupportARestartIsANewSnapshot() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("again", CUSTOMER));
    connect.configureConnector(
        name,
        config(dataSet, Map.of("domo.batch.max.rows", "2", "exactly.once.support", "requested")));
    Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > 20);
    connect.restartConnectorAndTasks(name, false, true, false);
    SnapshotManifest manifest = manifest(1);
    assertEquals(2, log().snapshots().size());
    assertEquals(log().snapshots().get(1), manifest.snapshot());
    log().assertIs(manifest, CUSTOMER);
  }

  /** A5b. */
  @Test
  void aTransformThatDropsTheManifestFailsTheTaskInWords() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("dropped", ListRows.of(NASTY, row("a", "1"))));
    Map<String, String> filter =
        Map.of(
            "transforms", "cut",
            "transforms.cut.type", "org.apache.kafka.connect.transforms.Filter",
            "transforms.cut.predicate", "manifests",
            "predicates", "manifests",
            "predicates.manifests.type",
                "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
            "predicates.manifests.pattern", manifestTopic());
    connect.configureConnector(name, config(dataSet, filter));
    ConnectorStateInfo.TaskState task =
        Await.value(
                "a failed task",
                LIMIT,
                this::tasks,
                tasks ->
                    !tasks.isEmpty()
                        && tasks.get(0).state().equals(AbstractStatus.State.FAILED.name()))
            .get(0);
    assertTrue(task.trace().contains(dataSet.id()), task.trace());
    assertTrue(task.trace().contains("cut"), "names the transform: " + task.trace());
    assertTrue(task.trace().contains("predicate"), "says what to do: " + task.trace());
  }

  @Test
  void validationConnectsAndPutsEachErrorOnItsKey() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("validated", ListRows.of(NASTY, row("a", "1"))));
    assertEquals(Map.of(), errors(config(dataSet, Map.of())));
    assertEquals(
        Set.of("domo.client.secret"),
        errors(config(dataSet, Map.of("domo.client.secret", "wrong"))).keySet());
    assertTrue(
        errors(config(dataSet, Map.of("domo.datasets", "00000000-0000-4000-8000-000000000000")))
            .get("domo.datasets")
            .contains("00000000"));
    Path file = Files.createFile(spool.resolve("file"));
    assertEquals(
        Set.of("domo.spool.dir"),
        errors(config(dataSet, Map.of("domo.spool.dir", file.toString()))).keySet());
    Map<String, String> filter =
        Map.of(
            "transforms", "cut",
            "transforms.cut.type", "org.apache.kafka.connect.transforms.Filter");
    assertEquals(Set.of("snapshot.topic"), errors(config(dataSet, filter)).keySet());
    String outage = "http://127.0.0.1:1";
    assertEquals(
        Map.of(),
        errors(config(dataSet, Map.of("domo.api.url", outage))),
        "an outage is no error of the configuration");
  }

  private List<ConnectorStateInfo.TaskState> tasks() {
    try {
      return connect.connectorStatus(name).tasks();
    } catch (ConnectRestException notKnownYet) {
      return List.of();
    }
  }

  private Map<String, String> errors(Map<String, String> config) {
    ConfigInfos infos =
        connect.validateConnectorConfig(DomoSourceConnector.class.getSimpleName(), config);
    Map<String, String> errors = new HashMap<>();
    infos.configs().stream()
        .map(info -> info.configValue())
        .filter(value -> !value.errors().isEmpty())
        .forEach(value -> errors.put(value.name(), String.join("; ", value.errors())));
    return errors;
  }

  private Map<String, String> config(DomoDataSet dataSet, Map<String, String> more) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", DomoSourceConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("key.converter", JsonConverter.class.getName());
    config.put("value.converter", JsonConverter.class.getName());
    config.put("exactly.once.support", "required");
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put("domo.datasets", dataSet.id() + ":it");
    config.put("domo.topic.format", "domo." + name + ".{alias}");
    config.put("snapshot.topic", manifestTopic());
    config.put("snapshot.min.rows", "0");
    config.put("domo.poll.interval.ms", "200");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.spool.dir", spool.toString());
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "1");
    config.putAll(more);
    return config;
  }

  private String topic() {
    return "domo." + name + ".it";
  }

  private String manifestTopic() {
    return "domo." + name + ".snapshots";
  }

  private static String[] row(String... cells) {
    return cells;
  }

  private SnapshotManifest manifest(int number) throws Exception {
    return Await.value(
            "manifest " + number, LIMIT, () -> log().manifests(), all -> all.size() >= number)
        .get(number - 1);
  }

  /** That manifest's rows are the DataSet. */
  private void assertIs(int number, RowSource expected) throws Exception {
    SnapshotManifest manifest = manifest(number);
    log().assertIs(manifest, expected);
  }

  /** Everything there is now. */
  private SnapshotLog log() throws Exception {
    SnapshotLog log = new SnapshotLog();
    for (String topic : List.of(topic(), manifestTopic())) {
      if (connect.kafka().describeTopics(topic).get(topic).isPresent()) {
        for (ConsumerRecord<byte[], byte[]> record :
            connect
                .kafka()
                .consumeAll(
                    LIMIT.toMillis(), Map.of("isolation.level", "read_committed"), null, topic)) {
          log.add(record, manifestTopic());
        }
      }
    }
    return log;
  }
}
