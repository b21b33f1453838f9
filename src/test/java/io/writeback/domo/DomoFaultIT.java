package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of Domo, and what operators do in the middle of an emission, in a real worker with
 * exactly-once support. FaultMatrixTest has all faults.
 */
class DomoFaultIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final RowSource CUSTOMER = TpchRows.of("customer", 0.01);

  private static EmbeddedConnectCluster connect;

  @TempDir Path spool;
  private DomoStandIn domo;

  @BeforeAll
  static void startCluster() {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("domo-faults")
            .numWorkers(1)
            .numBrokers(1)
            .brokerProps(broker)
            .workerProps(new HashMap<>(Map.of("exactly.once.source.support", "enabled")))
            .build();
    connect.start();
  }

  @AfterAll
  static void stopCluster() {
    connect.stop();
  }

  @BeforeEach
  void startDomo() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  void stopDomo() {
    connect.connectors().forEach(connect::deleteConnector);
    domo.close();
  }

  @Test
  void whatDomoDoesWrongNeverReachesTheTopic() throws Exception {
    RowSource second = NextVersion.of(CUSTOMER, 2, List.of("custkey"));
    DomoDataSet dataSet = domo.add(DataSetSpec.of("faulty", CUSTOMER));
    List<DomoFault> faults =
        List.of(
            DomoFault.page(503),
            DomoFault.reset(),
            DomoFault.cut(5000),
            DomoFault.stall(5000),
            DomoFault.dropRows(700, 3),
            DomoFault.tornRead(400, second));
    faults.forEach(fault -> domo.faults().once(DomoRequest.on(Route.EXPORT), fault));
    connect.configureConnector(
        "faulty", config("faulty", 1, Map.of("domo.read.timeout.ms", "1000"), dataSet));
    SnapshotManifest manifest = manifests("faulty", 1).get(0);
    SnapshotLog log = log("faulty", "faulty");
    log.assertIs(manifest, second);
    assertEquals(List.of(manifest.snapshot()), log.snapshots(), "nothing else went out");
    assertEquals(faults.size(), domo.faults().fired());
    assertTrue(
        connect.connectorStatus("faulty").tasks().stream()
            .allMatch(task -> task.state().equals("RUNNING")),
        "no fault of Domo's fails a task");
  }

  /** A4: a pause lies between two transactions, however long it is. */
  @Test
  void aPauseInMidEmissionKeepsTheSnapshot() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("paused", CUSTOMER));
    connect.configureConnector(
        "paused", config("paused", 1, Map.of("domo.batch.max.rows", "2"), dataSet));
    for (int rows : new int[] {20, 100}) {
      Await.until("rows", LIMIT, () -> log("paused", "paused").rowCount() > rows);
      connect.pauseConnector("paused");
      connect.assertions().assertConnectorAndExactlyNumTasksArePaused("paused", 1, "paused");
      assertEquals(0, log("paused", "paused").manifests().size(), "still in the middle");
      connect.resumeConnector("paused");
    }
    connect.configureConnector(
        "paused", config("paused", 1, Map.of("domo.batch.max.rows", "5000"), dataSet));
    SnapshotManifest manifest = manifests("paused", 1).get(0);
    SnapshotLog log = log("paused", "paused");
    assertEquals(List.of(manifest.snapshot()), log.snapshots());
    log.assertIs(manifest, CUSTOMER);
  }

  /** Other tasks own the DataSets then; the zombies of the old ones are fenced. */
  @Test
  void moreTasksInMidEmissionTakeOverWhereTheOldOnesEnded() throws Exception {
    DomoDataSet[] dataSets = new DomoDataSet[4];
    for (int i = 0; i < dataSets.length; i++) {
      dataSets[i] = domo.add(DataSetSpec.of("moved" + i, CUSTOMER));
    }
    connect.configureConnector(
        "moved", config("moved", 1, Map.of("domo.batch.max.rows", "2"), dataSets));
    Await.until("rows", LIMIT, () -> log("moved", "moved0").rowCount() > 20);
    connect.configureConnector(
        "moved", config("moved", 3, Map.of("domo.batch.max.rows", "5000"), dataSets));
    manifests("moved", dataSets.length);
    for (DomoDataSet dataSet : dataSets) {
      SnapshotLog log = log("moved", dataSet.name());
      SnapshotManifest manifest =
          log.manifests().stream()
              .filter(m -> m.dataset().equals(dataSet.id()))
              .findFirst()
              .orElseThrow();
      log.assertIs(manifest, CUSTOMER);
      assertEquals(List.of(manifest.snapshot()), log.snapshots(), "one snapshot of each");
    }
  }

  @Test
  void aReplacementDuringAnEmissionFollowsIt() throws Exception {
    RowSource second = NextVersion.of(CUSTOMER, 2, List.of("custkey"));
    DomoDataSet dataSet = domo.add(DataSetSpec.of("replaced", CUSTOMER));
    connect.configureConnector(
        "replaced", config("replaced", 1, Map.of("domo.batch.max.rows", "20"), dataSet));
    Await.until("rows", LIMIT, () -> log("replaced", "replaced").rowCount() > 20);
    dataSet.publish(second, Action.REPLACE);
    List<SnapshotManifest> manifests = manifests("replaced", 2);
    SnapshotLog log = log("replaced", "replaced");
    log.assertIs(manifests.get(0), CUSTOMER);
    log.assertIs(manifests.get(1), second);
    assertEquals(2, log.snapshots().size());
  }

  private Map<String, String> config(
      String name, int tasks, Map<String, String> more, DomoDataSet... dataSets) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", DomoSourceConnector.class.getName());
    config.put("tasks.max", Integer.toString(tasks));
    config.put("key.converter", JsonConverter.class.getName());
    config.put("value.converter", JsonConverter.class.getName());
    config.put("exactly.once.support", "required");
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put("domo.requests.per.minute", "60000");
    StringBuilder ids = new StringBuilder();
    for (DomoDataSet dataSet : dataSets) {
      ids.append(ids.isEmpty() ? "" : ",").append(dataSet.id()).append(':').append(dataSet.name());
    }
    config.put("domo.datasets", ids.toString());
    config.put("domo.topic.format", name + ".{alias}");
    config.put("snapshot.topic", name + "-manifests");
    config.put("domo.poll.interval.ms", "200");
    config.put("domo.retry.backoff.ms", "50");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.spool.dir", spool.toString());
    config.put("topic.creation.default.partitions", "1");
    config.put("topic.creation.default.replication.factor", "1");
    config.putAll(more);
    return config;
  }

  private List<SnapshotManifest> manifests(String connector, int count) throws Exception {
    return Await.value(
        count + " manifests",
        LIMIT,
        () -> log(connector, "nothing").manifests(),
        all -> all.size() >= count);
  }

  /** Everything that is committed now. */
  private SnapshotLog log(String connector, String alias) throws Exception {
    SnapshotLog log = new SnapshotLog();
    String manifests = connector + "-manifests";
    for (String topic : List.of(connector + "." + alias, manifests)) {
      if (connect.kafka().describeTopics(topic).get(topic).isPresent()) {
        for (ConsumerRecord<byte[], byte[]> record :
            connect
                .kafka()
                .consumeAll(
                    LIMIT.toMillis(), Map.of("isolation.level", "read_committed"), null, topic)) {
          log.add(record, manifests);
        }
      }
    }
    return log;
  }
}
