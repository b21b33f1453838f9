package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Faults of Domo, and what operators do in the middle of an emission, in a real worker with
 * exactly-once support. FaultMatrixTest has all faults.
 */
class DomoFaultIT extends WorkerScenario {
  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "enabled"));
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
    connect.configureConnector(name, config(dataSet, Map.of("domo.read.timeout.ms", "1000")));
    SnapshotManifest manifest = manifest(1);
    SnapshotLog log = log();
    log.assertIs(manifest, second);
    assertEquals(List.of(manifest.snapshot()), log.snapshots(), "nothing else went out");
    assertEquals(faults.size(), domo.faults().fired());
    assertTrue(
        tasks().stream().allMatch(task -> task.state().equals("RUNNING")),
        "no fault of Domo's fails a task");
  }

  /** A4: a pause lies between two transactions, however long it is. */
  @Test
  void aPauseInMidEmissionKeepsTheSnapshot() throws Exception {
    DomoDataSet dataSet = domo.add(DataSetSpec.of("paused", CUSTOMER));
    connect.configureConnector(name, config(dataSet, Map.of("domo.batch.max.rows", "2")));
    for (int rows : new int[] {20, 100}) {
      Await.until("rows", LIMIT, () -> log().rowCount() > rows);
      connect.pauseConnector(name);
      connect.assertions().assertConnectorAndExactlyNumTasksArePaused(name, 1, "paused");
      assertEquals(0, log().manifests().size(), "still in the middle");
      connect.resumeConnector(name);
    }
    connect.configureConnector(name, config(dataSet, Map.of("domo.batch.max.rows", "5000")));
    SnapshotManifest manifest = manifest(1);
    SnapshotLog log = log();
    assertEquals(List.of(manifest.snapshot()), log.snapshots());
    log.assertIs(manifest, CUSTOMER);
  }

  /** Other tasks own the DataSets then; the zombies of the old ones are fenced. */
  @Test
  void moreTasksInMidEmissionTakeOverWhereTheOldOnesEnded() throws Exception {
    List<DomoDataSet> dataSets =
        IntStream.range(0, 4)
            .mapToObj(i -> domo.add(DataSetSpec.of("moved" + i, CUSTOMER)))
            .toList();
    connect.configureConnector(name, config(dataSets, Map.of("domo.batch.max.rows", "2")));
    Await.until("rows", LIMIT, () -> log().rowCount() > 20);
    connect.configureConnector(
        name, config(dataSets, Map.of("domo.batch.max.rows", "5000", "tasks.max", "3")));
    List<SnapshotManifest> manifests = manifests(dataSets.size());
    SnapshotLog log = log();
    manifests.forEach(manifest -> log.assertIs(manifest, CUSTOMER));
    assertEquals(
        dataSets.stream().map(DomoDataSet::id).collect(Collectors.toSet()),
        manifests.stream().map(SnapshotManifest::dataset).collect(Collectors.toSet()));
    assertEquals(dataSets.size(), log.snapshots().size(), "one snapshot of each");
  }

  @Test
  void aReplacementDuringAnEmissionFollowsIt() throws Exception {
    RowSource second = NextVersion.of(CUSTOMER, 2, List.of("custkey"));
    DomoDataSet dataSet = domo.add(DataSetSpec.of("replaced", CUSTOMER));
    connect.configureConnector(name, config(dataSet, Map.of("domo.batch.max.rows", "20")));
    Await.until("rows", LIMIT, () -> log().rowCount() > 20);
    dataSet.publish(second, Action.REPLACE);
    List<SnapshotManifest> manifests = manifests(2);
    SnapshotLog log = log();
    log.assertIs(manifests.get(0), CUSTOMER);
    log.assertIs(manifests.get(1), second);
    assertEquals(2, log.snapshots().size());
  }
}
