package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.bigquery.DyingProcess.Death;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A table of its own for each snapshot. */
class SnapshotTablesTest extends BigQueryScenario {
  private static final Map<String, String> CREATE =
      Map.of(
          "write.mode",
          "create",
          "topics",
          "orders,domo.snapshots",
          "table.create.format",
          "{table}_{counter}");

  private BigQueryRig rig() {
    return rig(DyingProcess.never());
  }

  private BigQueryRig rig(DyingProcess process) {
    return rig(CREATE, UnaryOperator.identity(), process);
  }

  private static Promotion promote(BigQueryRig rig, RegisteredManifest manifest) {
    SnapshotStore store = rig.destination.snapshots();
    return store.promote(manifest, store.staged(manifest));
  }

  private static Target table(int counter) {
    return new Target(DATASET, "orders_" + counter);
  }

  private static RegisteredManifest staged(
      BigQueryRig rig, String snapshot, long offset, int rows) {
    Claim claim = rig.claim();
    int[] ordinals = new int[rows];
    for (int i = 0; i < rows; i++) {
      ordinals[i] = i + 1;
    }
    rig.commit(rig.staged(claim, snapshot, claim.position().orElse(0), ordinals));
    RegisteredManifest manifest = manifest(snapshot, offset, rows);
    rig.register(manifest);
    return manifest;
  }

  @Test
  void eachSnapshotHasATableAndNoneIsMadeTwice() {
    BigQueryRig rig = rig();
    RegisteredManifest first = staged(rig, "s1", 10, 3);
    assertEquals(Promotion.PROMOTED, promote(rig, first));
    assertEquals(Promotion.ALREADY, promote(rig(), first));
    RegisteredManifest second = staged(rig, "s2", 11, 2);
    assertEquals(Promotion.PROMOTED, promote(rig, second));
    assertEquals(List.of("1", "2", "3"), rig.column("id", table(1)));
    assertEquals(List.of("1", "2"), rig.column("id", table(2)));
    assertTrue(rig.tables.columns(table(3)).isEmpty());
    assertTrue(rig.tables.columns(BigQueryRig.ORDERS).isEmpty());
  }

  @Test
  void aTableThatAUserMadeIsLeftAlone() {
    BigQueryRig rig = rig();
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders_1 AS SELECT 99 AS id"));
    assertEquals(Promotion.PROMOTED, promote(rig, staged(rig, "s1", 10, 2)));
    assertEquals(List.of("99"), rig.column("id", table(1)));
    assertEquals(List.of("1", "2"), rig.column("id", table(2)));
  }

  @Test
  void aSnapshotWithoutRowsHasAnEmptyTable() {
    BigQueryRig rig = rig();
    RegisteredManifest empty = manifest("s0", 9, 0);
    rig.register(empty);
    assertEquals(Promotion.PROMOTED, promote(rig, empty));
    assertEquals(List.of(), rig.column("id", table(1)));
  }

  @Test
  void aTableThatIsMissingAfterTheNumberWasBoundIsMadeLater() {
    BigQueryRig rig = rig();
    RegisteredManifest manifest = staged(rig, "s1", 10, 3);
    standIn
        .faults()
        .once(
            call ->
                call.is("job.effect")
                    && call.toString().contains("CREATE TABLE IF NOT EXISTS")
                    && call.toString().contains("orders_1"),
            new BigQueryFault.JobFails("backendError", "try again"));
    FaultException failed = assertThrows(FaultException.class, () -> promote(rig, manifest));
    assertEquals(Fault.RETRY, failed.fault());
    assertTrue(rig.tables.columns(table(1)).isEmpty());
    assertEquals(Promotion.ALREADY, promote(rig(), manifest));
    assertEquals(List.of("1", "2", "3"), rig.column("id", table(1)));
  }

  @Test
  void aDeathAtAnyEffectLeavesOneWholeTable() {
    BigQueryRig stager = rig();
    int effects = 1;
    for (int at = 0; at < effects; at++) {
      for (boolean after : new boolean[] {false, true}) {
        String snapshot = "s" + at + (after ? "a" : "b");
        RegisteredManifest manifest = staged(stager, snapshot, 10 + 2L * at + (after ? 1 : 0), 2);
        DyingProcess process = new DyingProcess(at, after);
        BigQueryRig dying = rig(process);
        try {
          promote(dying, manifest);
        } catch (Death e) {
          // Its successor goes on.
        }
        effects = Math.max(effects, process.effects().size() + (process.isDead() ? 1 : 0));
        promote(rig(), manifest);
        int counter = 2 * at + (after ? 2 : 1);
        assertEquals(List.of("1", "2"), stager.column("id", table(counter)), snapshot);
        assertTrue(stager.tables.columns(table(counter + 1)).isEmpty(), snapshot);
      }
    }
    assertTrue(effects > 3, "the promotion does something: " + effects);
  }
}
