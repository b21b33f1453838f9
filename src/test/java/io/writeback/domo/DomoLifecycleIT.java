package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowSource;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.runtime.rest.errors.ConnectRestException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators do to a running source, and what stands between it and Kafka. */
class DomoLifecycleIT extends WorkerScenario {
  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "enabled"));
  }

  /**
   * A4: a pause comes between two polls. So no transaction stays open, which would hold back every
   * reader of the topics and expire.
   */
  @Test
  void aPauseInMidEmissionLeavesNoTransactionOpenAndLosesNothing() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("paused", CUSTOMER));
    connect.configureConnector(name, config(dataSet, Map.of("domo.batch.max.rows", "2")));
    for (int rows : new int[] {10, 100}) {
      Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > rows);
      connect.pauseConnector(name);
      awaitTasks("PAUSED");
      assertEquals(end(IsolationLevel.READ_UNCOMMITTED), end(IsolationLevel.READ_COMMITTED));
      assertEquals(List.of(), log().manifests(), "still in the middle");
      connect.resumeConnector(name);
    }
    SnapshotManifest manifest = manifest(1);
    assertEquals(List.of(manifest.snapshot()), log().snapshots());
    assertEquals(1, manifest.ranges().orElseThrow().size(), "nothing was restarted");
    log().assertIs(manifest, CUSTOMER);
  }

  /**
   * A8: nobody makes the topic. Connect waits for it inside a send, for ever and without a word;
   * the metrics tell, and only one record waits. Once it is there, everything arrives.
   */
  @Test
  void aMissingTopicShowsInTheMetricsAndHoldsOneRecord() throws Exception {
    RowSource rows = RandomRows.of(5, 100);
    DomoDataSet dataSet = domo.add(DataSetSpec.of("homeless", rows));
    Map<String, String> config = config(dataSet, Map.of());
    config.keySet().removeIf(key -> key.startsWith("topic.creation."));
    connect.configureConnector(name, config);
    Await.until(
        "a stuck send",
        LIMIT,
        () -> metric("rows-emitted-total") > 0 && metric("since-poll-ms") > 3000);
    assertEquals(1, metric("rows-emitted-total"), "a batch would wait once for each record");
    assertEquals(DatasetState.EMITTING.code(), metric("dataset-it-state"));
    assertEquals(0, metric("versions-emitted-total"));
    connect.kafka().createTopic(topic());
    connect.kafka().createTopic(manifestTopic());
    assertIs(1, rows);
    assertEquals(1, log().snapshots().size());
  }

  /** A5: a transform sends the rows elsewhere; the manifest says where they are. */
  @Test
  void theManifestNamesTheTopicThatTheRowsReallyWentTo() throws Exception {
    RowSource rows = RandomRows.of(6, 50);
    DomoDataSet dataSet = domo.add(DataSetSpec.of("routed", rows));
    connect.configureConnector(
        name,
        config(
            dataSet,
            Map.of(
                "domo.topic.format", "raw.{alias}",
                "transforms", "route",
                "transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter",
                "transforms.route.regex", "raw\\.(.*)",
                "transforms.route.replacement", "domo." + name + ".$1")));
    SnapshotManifest manifest = manifest(1);
    assertEquals(topic(), manifest.topic());
    assertEquals(topic(), manifest.ranges().orElseThrow().get(0).topic());
    log().assertIs(manifest, rows);
  }

  /** A5: Connect takes away what cannot be converted; then there is no version to promote. */
  @Test
  void aRowThatATransformCannotTakeHoldsTheDataSetOrIsCounted() throws Exception {
    RowSource rows = ListRows.of(NASTY, row("1", "1"), row("2", "2"), row("x", "3"), row("4", "4"));
    DomoDataSet dataSet = domo.add(DataSetSpec.of("cast", rows));
    Map<String, String> cast = new HashMap<>();
    cast.put("transforms", "cast");
    cast.put("transforms.cast.type", "org.apache.kafka.connect.transforms.Cast$Value");
    cast.put("transforms.cast.spec", "text:int32");
    cast.put("transforms.cast.predicate", "manifests");
    cast.put("transforms.cast.negate", "true");
    cast.put("predicates", "manifests");
    cast.put(
        "predicates.manifests.type",
        "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
    cast.put("predicates.manifests.pattern", manifestTopic());
    cast.put("errors.tolerance", "all");
    connect.configureConnector(name, config(dataSet, cast));
    Await.until(
        "a held DataSet", LIMIT, () -> metric("dataset-it-state") == DatasetState.HELD.code());
    assertEquals(3, log().rowCount());
    assertEquals(List.of(), log().manifests());
    cast.put("domo.dropped.rows", "allow");
    connect.configureConnector(name, config(dataSet, cast));
    SnapshotManifest manifest = manifest(1);
    assertEquals(3, manifest.rows());
    assertEquals(1, manifest.dropped());
    assertEquals(List.of(1L, 2L, 4L), log().ordinals(manifest.snapshot()));
  }

  /** A5: of a batch that is dropped whole, an exactly-once worker reports nothing. */
  @Test
  void aFilterThatTakesEverythingIsCountedToo() throws Exception {
    RowSource rows = RandomRows.of(7, 30);
    DomoDataSet dataSet = domo.add(DataSetSpec.of("filtered", rows));
    connect.configureConnector(
        name,
        config(
            dataSet,
            Map.of(
                "domo.dropped.rows", "allow",
                "transforms", "cut",
                "transforms.cut.type", "org.apache.kafka.connect.transforms.Filter",
                "transforms.cut.predicate", "rows",
                "predicates", "rows",
                "predicates.rows.type",
                    "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
                "predicates.rows.pattern", topic())));
    SnapshotManifest manifest = manifest(1);
    assertEquals(0, manifest.rows());
    assertEquals(30, manifest.dropped());
    assertEquals(0, log().rowCount());
  }

  /** B5, D4: forgetting the offset is "run now"; nonsense is refused in words. */
  @Test
  void aResetOffsetSendsTheVersionAgain() throws Exception {
    RowSource rows = RandomRows.of(8, 40);
    DomoDataSet dataSet = domo.add(DataSetSpec.of("reset", rows));
    connect.configureConnector(name, config(dataSet, Map.of()));
    SnapshotManifest first = manifest(1);
    connect.stopConnector(name);
    Await.until("no tasks", LIMIT, () -> tasks().isEmpty());
    Map<String, String> partition = Map.of("dataset", dataSet.id());
    ConnectRestException refused =
        assertThrows(
            ConnectRestException.class,
            () -> connect.alterSourceConnectorOffset(name, partition, Map.of("in.row", 7)));
    assertTrue(refused.getMessage().contains("in.row"), refused.getMessage());
    connect.alterSourceConnectorOffset(name, partition, null);
    connect.resumeConnector(name);
    assertEquals(Reason.FIRST, manifest(2).reason());
    assertNotEquals(first.snapshot(), manifest(2).snapshot());
    assertIs(2, rows);
  }

  /** More tasks in mid-emission: each DataSet has another owner, and goes on where it was. */
  @Test
  void anotherNumberOfTasksMovesDataSetsInMidSnapshot() throws Exception {
    Map<DomoDataSet, RowSource> all = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      RowSource rows = RandomRows.of(20 + i, 300);
      all.put(domo.add(DataSetSpec.of("moving " + i, rows)), rows);
    }
    DomoDataSet any = all.keySet().iterator().next();
    Map<String, String> config = config(any, Map.of("domo.batch.max.rows", "2"));
    config.put(
        "domo.datasets",
        all.keySet().stream().map(DomoDataSet::id).collect(Collectors.joining(",")));
    config.put("domo.topic.format", "domo." + name + ".{id}");
    connect.configureConnector(name, config);
    for (String tasks : List.of("3", "2")) {
      int before = log().rowCount();
      Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > before + 50);
      config.put("tasks.max", tasks);
      connect.configureConnector(name, config);
    }
    Await.until("all manifests", LIMIT, () -> log().manifests().size() == all.size());
    SnapshotLog log = log();
    assertEquals(all.size(), log.snapshots().size(), "one snapshot of each");
    for (SnapshotManifest manifest : log.manifests()) {
      all.entrySet().stream()
          .filter(entry -> entry.getKey().id().equals(manifest.dataset()))
          .forEach(entry -> log.assertIs(manifest, entry.getValue()));
    }
    assertTrue(
        log.manifests().stream().anyMatch(manifest -> manifest.ranges().isEmpty()),
        "one at least moved in the middle");
  }

  /** C1: a DataSet that begins to match is read, and no task is restarted for it. */
  @Test
  void aNewDataSetRestartsNoTask() throws Exception {
    RowSource rows = RandomRows.of(9, 20);
    DomoDataSet first = domo.add(DataSetSpec.of("found 1", rows));
    Map<String, String> config = config(first, Map.of("tasks.max", "3"));
    config.remove("domo.datasets");
    config.put("domo.dataset.include", "found .*");
    config.put("domo.topic.format", "domo." + name + ".{id}");
    config.put("domo.discovery.interval.ms", "60000");
    connect.configureConnector(name, config);
    manifest(1);
    Set<Thread> before = fetchThreads();
    assertEquals(3, before.size());
    DomoDataSet second = domo.add(DataSetSpec.of("found 2", rows));
    assertEquals(second.id(), manifest(2).dataset());
    assertIs(2, rows);
    assertEquals(before, fetchThreads());
  }

  /** B6: a second connector for the same DataSet shares nothing but the disk. */
  @Test
  void twoConnectorsOfOneDataSetDoNotMix() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("shared", CUSTOMER));
    Map<String, String> config = config(dataSet, Map.of("domo.batch.max.rows", "50"));
    connect.configureConnector(name, config);
    Map<String, String> other = new HashMap<>(config);
    other.put("name", name + "-2");
    other.put("domo.topic.format", "other." + name + ".{alias}");
    other.put("snapshot.topic", "other." + name + ".snapshots");
    connect.configureConnector(name + "-2", other);
    assertEquals(name, manifest(1).producer());
    assertIs(1, CUSTOMER);
    SnapshotLog second =
        Await.value(
            "the other manifest",
            LIMIT,
            () -> {
              SnapshotLog log = new SnapshotLog();
              read(log, "other." + name + ".", "other." + name + ".snapshots");
              return log;
            },
            log -> !log.manifests().isEmpty());
    assertEquals(name + "-2", second.manifests().get(0).producer());
    assertNotEquals(manifest(1).snapshot(), second.manifests().get(0).snapshot());
    second.assertIs(second.manifests().get(0), CUSTOMER);
  }

  /** A1: a transaction that lasts a version keeps it on the heap, so nobody can ask for one. */
  @Test
  void aTransactionForEachVersionIsRefused() {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("boundary", CUSTOMER));
    assertEquals(
        Set.of("transaction.boundary"),
        errors(config(dataSet, Map.of("transaction.boundary", "connector"))).keySet());
    assertEquals(Map.of(), errors(config(dataSet, Map.of("transaction.boundary", "poll"))));
  }

  private void awaitTasks(String state) throws Exception {
    Await.until(
        state,
        LIMIT,
        () -> !tasks().isEmpty() && tasks().stream().allMatch(task -> task.state().equals(state)));
  }

  /** The end of the data topic as a reader of that level sees it. */
  private long end(IsolationLevel level) throws Exception {
    TopicPartition partition = new TopicPartition(topic(), 0);
    try (Admin admin = connect.kafka().createAdminClient()) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
          .partitionResult(partition)
          .get()
          .offset();
    }
  }

  /** What the worker shows of the first task, or -1 before it shows anything. */
  private double metric(String metric) throws Exception {
    try {
      return ((Number)
              ManagementFactory.getPlatformMBeanServer()
                  .getAttribute(
                      new ObjectName("kafka.connect:type=plugins,connector=" + name + ",task=0"),
                      metric))
          .doubleValue();
    } catch (InstanceNotFoundException | AttributeNotFoundException notYet) {
      return -1;
    }
  }

  private Set<Thread> fetchThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("domo-fetch-" + name))
        .collect(Collectors.toSet());
  }
}
