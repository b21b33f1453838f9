package io.writeback.domo;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfos;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.runtime.rest.errors.ConnectRestException;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Domo source in a real Connect worker in this process, against the Domo stand-in. What counts
 * is what a read_committed consumer finds.
 */
abstract class WorkerScenario {
  static final Duration LIMIT = Duration.ofMinutes(2);
  static final RowSource CUSTOMER = TpchRows.of("customer", 0.01);
  static final List<Column> NASTY =
      List.of(new Column("text", DomoType.STRING), new Column("a number", DomoType.LONG));

  static EmbeddedConnectCluster connect;

  @TempDir Path spool;
  DomoStandIn domo;
  String name;

  /** To be called before all tests. */
  static void startCluster(int workers, Map<String, String> workerProperties) {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    broker.put("transaction.state.log.num.partitions", "3");
    broker.put("offsets.topic.num.partitions", "3");
    broker.put("auto.create.topics.enable", "false");
    Map<String, String> properties = new HashMap<>(workerProperties);
    properties.putIfAbsent("offset.flush.interval.ms", "1000");
    properties.putIfAbsent("scheduled.rebalance.max.delay.ms", "0");
    // Looking through every class of the test class path takes longer than all the rest.
    properties.putIfAbsent("plugin.discovery", "service_load");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("domo-source")
            .numWorkers(workers)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(properties)
            .build();
    connect.start();
  }

  @AfterAll
  static void stopCluster() {
    connect.stop();
  }

  @BeforeEach
  final void startDomo(TestInfo test) {
    domo = DomoStandIn.start(Settings.defaults());
    name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  @AfterEach
  final void stopDomo() {
    connect.connectors().forEach(connect::deleteConnector);
    domo.close();
  }

  final List<ConnectorStateInfo.TaskState> tasks() {
    try {
      return connect.connectorStatus(name).tasks();
    } catch (ConnectRestException notKnownYet) {
      return List.of();
    }
  }

  /** Stops the connector and waits until its tasks are gone. */
  final void stopConnector() throws Exception {
    connect.stopConnector(name);
    Await.until(
        "a stopped connector",
        LIMIT,
        () ->
            connect.connectorStatus(name).connector().state().equals("STOPPED")
                && connect.connectorStatus(name).tasks().isEmpty());
  }

  final Map<String, String> errors(Map<String, String> config) {
    ConfigInfos infos =
        connect.validateConnectorConfig(DomoSourceConnector.class.getSimpleName(), config);
    Map<String, String> errors = new HashMap<>();
    infos.configs().stream()
        .map(info -> info.configValue())
        .filter(value -> !value.errors().isEmpty())
        .forEach(value -> errors.put(value.name(), String.join("; ", value.errors())));
    return errors;
  }

  /** One DataSet by the alias {@code it}. */
  final Map<String, String> config(DomoDataSet dataSet, Map<String, String> more) {
    return config(dataSet.id() + ":it", more);
  }

  /** DataSets by their names. */
  final Map<String, String> config(List<DomoDataSet> dataSets, Map<String, String> more) {
    return config(
        dataSets.stream().map(d -> d.id() + ":" + d.name()).collect(Collectors.joining(",")), more);
  }

  private Map<String, String> config(String dataSets, Map<String, String> more) {
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
    config.put("domo.datasets", dataSets);
    config.put("domo.topic.format", "domo." + name + ".{alias}");
    config.put("snapshot.topic", manifestTopic());
    config.put("snapshot.min.rows", "0");
    config.put("domo.poll.interval.ms", "200");
    config.put("domo.retry.backoff.ms", "50");
    config.put("domo.requests.per.minute", "60000");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.spool.dir", spool.toString());
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "1");
    config.putAll(more);
    return config;
  }

  final String topic() {
    return "domo." + name + ".it";
  }

  final String manifestTopic() {
    return "domo." + name + ".snapshots";
  }

  static String[] row(String... cells) {
    return cells;
  }

  /** So many manifests or more. */
  final List<SnapshotManifest> manifests(int count) throws Exception {
    return Await.value(
        count + " manifests", LIMIT, () -> log().manifests(), all -> all.size() >= count);
  }

  final SnapshotManifest manifest(int number) throws Exception {
    return manifests(number).get(number - 1);
  }

  /** That manifest's rows are the DataSet. */
  final void assertIs(int number, RowSource expected) throws Exception {
    SnapshotManifest manifest = manifest(number);
    log().assertIs(manifest, expected);
  }

  /** Everything there is now, in all topics of the test's connector. */
  final SnapshotLog log() throws Exception {
    SnapshotLog log = new SnapshotLog();
    read(log, "domo." + name + ".", manifestTopic());
    return log;
  }

  /** Reads what is committed in the topics with the prefix. */
  static void read(SnapshotLog log, String prefix, String manifestTopic) throws Exception {
    List<String> topics;
    try (Admin admin = connect.kafka().createAdminClient()) {
      topics = admin.listTopics().names().get().stream().filter(t -> t.startsWith(prefix)).toList();
    }
    for (String topic : topics) {
      connect
          .kafka()
          .consumeAll(LIMIT.toMillis(), Map.of("isolation.level", "read_committed"), null, topic)
          .forEach(record -> log.add(record, manifestTopic));
    }
  }
}
