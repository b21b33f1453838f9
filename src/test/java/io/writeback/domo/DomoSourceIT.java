package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The Domo source in a real Connect worker with exactly-once support, against the Domo stand-in:
 * what a read_committed consumer finds is the DataSet.
 */
class DomoSourceIT extends WorkerScenario {
  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "enabled"));
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
}
