package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does through REST and sees through JMX, in a real worker. */
class DomoSourceOperationsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final RowSource NATION = TpchRows.of("nation", 0.01);
  private static final RowSource CUSTOMER = TpchRows.of("customer", 0.01);

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
            .name("domo-operations")
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

  /** B5: run now, one DataSet or all of them, by the offsets that REST resets. */
  @Test
  void aResetOffsetSendsOneDataSetOrAllOfThemAgain() throws Exception {
    DomoDataSet one = domo.add(DataSetSpec.of("one", NATION));
    DomoDataSet two = domo.add(DataSetSpec.of("two", CUSTOMER));
    connect.configureConnector(name, config(List.of(one, two), Map.of()));
    manifests(2);

    stopConnector();
    connect.alterSourceConnectorOffset(name, Map.of("dataset", one.id()), null);
    connect.resumeConnector(name);
    SnapshotManifest again = manifests(3).get(2);
    assertEquals(one.id(), again.dataset());
    assertEquals(Reason.FIRST, again.reason());
    log().assertIs(again, NATION);
    assertNotEquals(manifestOf(one, 0).snapshot(), again.snapshot());

    stopConnector();
    connect.resetConnectorOffsets(name);
    connect.resumeConnector(name);
    List<SnapshotManifest> all = manifests(5);
    assertEquals(
        Set.of(one.id(), two.id()),
        all.subList(3, 5).stream().map(SnapshotManifest::dataset).collect(Collectors.toSet()));
    log().assertIs(manifestOf(two, 1), CUSTOMER);
  }

  @Test
  void aPausedConnectorGoesOnWithTheSameSnapshot() throws Exception {
    DomoDataSet customer = domo.add(DataSetSpec.of("paused", CUSTOMER));
    connect.configureConnector(
        name, config(List.of(customer), Map.of("domo.batch.max.rows", "3")));
    Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > 20);
    connect.pauseConnector(name);
    Await.until(
        "a pause", LIMIT, () -> connect.connectorStatus(name).tasks().get(0).state().equals("PAUSED"));
    assertEquals(0, log().manifests().size(), "in the middle");
    connect.resumeConnector(name);
    SnapshotManifest manifest = manifests(1).get(0);
    assertEquals(List.of(manifest.snapshot()), log().snapshots());
    assertTrue(manifest.ranges().isPresent(), "nothing was forgotten");
    log().assertIs(manifest, CUSTOMER);
  }

  /** N5, P14: every figure of the table in src/docs/domo-operations.md. */
  @Test
  void figuresAndStatusShowOverJmxAndGoWithTheTask() throws Exception {
    DomoDataSet nation = domo.add(DataSetSpec.of("nation", NATION));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    connect.configureConnector(
        name, config(List.of(nation), Map.of("snapshot.max.shrink.ratio", "0.5")));
    manifests(1);
    Await.until("an emitted version", LIMIT, () -> metric("versions-emitted-total") == 1);
    assertEquals(25, metric("rows-emitted-total") - 1, "rows and their manifest");
    assertEquals(25, metric("rows-read-total"));
    assertEquals(25, metric("dataset-nation-rows-read-total"));
    assertTrue(metric("bytes-read-total") > 1000);
    assertTrue(metric("download-ms-total") >= 0);
    assertEquals(1, metric("verification-failures-rows-total"));
    assertEquals(1, metric("retries-rows-total"));
    assertEquals(1, metric("dataset-nation-failures-total"));
    assertEquals(0, metric("versions-held-total"));

    nation.publish(TpchRows.of("region", 0.01), Action.REPLACE);
    Await.until("held", LIMIT, () -> metric("dataset-nation-state") == 4);
    assertEquals(1, metric("versions-held-total"));
    assertTrue(metric("dataset-nation-lag-ms") > 0, "its version is not sent");
    ObjectName status = TaskJournal.objectName(name, 0);
    @SuppressWarnings("unchecked")
    String errors =
        String.join("\n", (String[]) server().getAttribute(status, "Errors"));
    assertTrue(errors.contains("snapshot.accept"), errors);

    Map<String, MBeanAttributeInfo> known = attributes();
    String documented = Files.readString(Path.of("src/docs/domo-operations.md"));
    List<String> missing =
        known.keySet().stream()
            .map(metric -> metric.replace("dataset-nation-", "dataset-<alias>-"))
            .map(metric -> metric.replaceFirst("^retries-.*-total", "retries-<cause>-total"))
            .map(
                metric ->
                    metric.replaceFirst(
                        "^requests-failed-.*-total", "requests-failed-<kind>-total"))
            .map(
                metric ->
                    metric.replaceFirst(
                        "^verification-failures-.*-total", "verification-failures-<kind>-total"))
            .filter(metric -> !documented.contains("`" + metric + "`"))
            .toList();
    assertEquals(List.of(), missing, "every figure is explained");
    for (MBeanAttributeInfo attribute : known.values()) {
      assertTrue(!attribute.getDescription().isBlank(), attribute.getName());
    }

    connect.deleteConnector(name);
    Await.until("no status", LIMIT, () -> !server().isRegistered(status));
    Await.until("no figures", LIMIT, () -> beans().isEmpty());
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  private Set<ObjectName> beans() throws Exception {
    return server()
        .queryNames(new ObjectName("kafka.connect:type=plugins,connector=" + name + ",task=0,*"), null);
  }

  private double metric(String attribute) throws Exception {
    for (ObjectName bean : beans()) {
      for (MBeanAttributeInfo info : server().getMBeanInfo(bean).getAttributes()) {
        if (info.getName().equals(attribute)) {
          return ((Number) server().getAttribute(bean, attribute)).doubleValue();
        }
      }
    }
    return -1;
  }

  private Map<String, MBeanAttributeInfo> attributes() throws Exception {
    Map<String, MBeanAttributeInfo> all = new TreeMap<>();
    for (ObjectName bean : beans()) {
      if (bean.getKeyProperty("converter") == null) {
        for (MBeanAttributeInfo info : server().getMBeanInfo(bean).getAttributes()) {
          all.put(info.getName(), info);
        }
      }
    }
    return all;
  }

  private void stopConnector() throws Exception {
    connect.stopConnector(name);
    Await.until(
        "a stopped connector",
        LIMIT,
        () ->
            connect.connectorStatus(name).connector().state().equals("STOPPED")
                && connect.connectorStatus(name).tasks().isEmpty());
  }

  private Map<String, String> config(List<DomoDataSet> dataSets, Map<String, String> more) {
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
    config.put(
        "domo.datasets",
        dataSets.stream().map(d -> d.id() + ":" + d.name()).collect(Collectors.joining(",")));
    config.put("domo.topic.format", "domo." + name + ".{alias}");
    config.put("snapshot.topic", manifestTopic());
    config.put("domo.poll.interval.ms", "200");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.retry.backoff.ms", "100");
    config.put("domo.requests.per.minute", "60000");
    config.put("domo.spool.dir", spool.toString());
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "1");
    config.putAll(more);
    return config;
  }

  private String manifestTopic() {
    return "domo." + name + ".snapshots";
  }

  private List<SnapshotManifest> manifests(int count) throws Exception {
    return Await.value(
        count + " manifests", LIMIT, () -> log().manifests(), all -> all.size() >= count);
  }

  private SnapshotManifest manifestOf(DomoDataSet dataSet, int number) throws Exception {
    return log().manifests().stream()
        .filter(manifest -> manifest.dataset().equals(dataSet.id()))
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  private SnapshotLog log() throws Exception {
    SnapshotLog log = new SnapshotLog();
    List<String> topics = new ArrayList<>(List.of(manifestTopic()));
    domo.dataSets().forEach(d -> topics.add("domo." + name + "." + d.name()));
    for (String topic : topics) {
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
