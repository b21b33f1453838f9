package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Promotions through the real client. Numbers such as s3 name findings of the delivery design. */
class PromotionTest extends SnapshotScenario {
  @Test
  void theNextOneReplacesItWhole() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1, 2, 3));
    promote(rig, manifest("s1", 10, 3));
    rig.commit(rig.staged(claim, "s2", 3, 1, 2));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s2", 11, 2)));
    assertEquals(List.of("s2", "s2"), rig.notes());
  }

  @Test
  void appendAddsEachVersionOnce() {
    BigQueryRig rig = rig(APPEND);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1, 2));
    rig.commit(rig.staged(claim, "s2", 2, 3));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s1", 10, 2)));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s2", 11, 1)));
    assertEquals(Promotion.ALREADY, promote(rig, manifest("s2", 11, 1)));
    assertEquals(List.of("1", "2", "3"), rig.ids());
  }

  @Test
  void s2RowsStagedTwiceShowOnce() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim zombie = rig.claim();
    BigQueryRig other = rig(OVERWRITE);
    Claim successor = other.claim();
    rig.commit(rig.staged(zombie, "s1", 0, 1, 2));
    other.commit(other.staged(successor, "s1", 0, 1, 2, 3));
    RegisteredManifest manifest = manifest("s1", 10, 3);
    assertEquals(3, store(rig).staged(manifest).distinctOrdinals());
    assertEquals(Promotion.PROMOTED, promote(rig, manifest));
    assertEquals(List.of("1", "2", "3"), rig.ids());
  }

  @Test
  void rejectedRowsAreMarkersThatDoNotShow() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1, -2, 3));
    RegisteredManifest manifest = manifest("s1", 10, 3);
    Staged staged = store(rig).staged(manifest);
    assertEquals(2, staged.distinctOrdinals());
    assertEquals(1, staged.rejected());
    assertEquals(Promotion.PROMOTED, store(rig).promote(manifest, staged));
    assertEquals(List.of("1", "3"), rig.ids());
  }

  @Test
  void countsThatDifferInsideChangeNothing() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1, 2));
    promote(rig, manifest("s1", 10, 2));
    rig.commit(rig.staged(claim, "s2", 2, 1, 2));
    Staged wrong = new Staged(3, 0, Map.of(), Map.of());
    assertEquals(Promotion.INCOMPLETE, store(rig).promote(manifest("s2", 11, 3), wrong));
    assertEquals(List.of("s1", "s1"), rig.notes());
    assertEquals(10, store(rig).control(ORDERS).orElseThrow().manifestOffset());
  }

  @Test
  void s3ALatePromotionOfAnOlderSnapshotChangesNothing() {
    BigQueryRig rig = rig(OVERWRITE);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1));
    rig.commit(rig.staged(claim, "s2", 1, 1));
    Staged zombiesView = store(rig).staged(manifest("s1", 10, 1));
    promote(rig, manifest("s2", 11, 1));
    BigQueryRig zombie = rig(OVERWRITE);
    assertEquals(Promotion.ALREADY, store(zombie).promote(manifest("s1", 10, 1), zombiesView));
    assertEquals(List.of("s2"), rig.notes());
  }

  @Test
  void twoRacingPromotionsShowOneSnapshotWhole() throws Exception {
    BigQueryRig a = rig(OVERWRITE);
    BigQueryRig b = rig(OVERWRITE);
    Claim claim = a.claim();
    a.commit(a.staged(claim, "s1", 0, 1, 2));
    a.commit(a.staged(claim, "s2", 2, 1, 2, 3));
    Staged first = store(a).staged(manifest("s1", 10, 2));
    Staged second = store(b).staged(manifest("s2", 11, 3));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Callable<Promotion> older = () -> retried(a, manifest("s1", 10, 2), first);
      Callable<Promotion> newer = () -> retried(b, manifest("s2", 11, 3), second);
      List<Future<Promotion>> results = threads.invokeAll(List.of(older, newer));
      results.get(0).get();
      assertEquals(Promotion.PROMOTED, results.get(1).get());
    } finally {
      threads.shutdownNow();
    }
    assertEquals(List.of("s2", "s2", "s2"), a.notes());
    assertEquals(11, store(a).control(ORDERS).orElseThrow().manifestOffset());
  }

  private static Promotion retried(BigQueryRig rig, RegisteredManifest manifest, Staged staged) {
    while (true) {
      try {
        return store(rig).promote(manifest, staged);
      } catch (FaultException e) {
        assertEquals(Fault.RETRY, e.fault(), e.getMessage());
      }
    }
  }

  @Test
  void aLostAcknowledgementOfAPromotionIsLookedUp() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1));
    RegisteredManifest manifest = manifest("s1", 10, 1);
    Staged staged = store(rig).staged(manifest);
    standIn
        .faults()
        .once(
            call -> call.is("jobs.insert") && call.mentions("TRUNCATE"),
            new BigQueryFault.AnswerLost());
    assertEquals(Promotion.PROMOTED, store(rig).promote(manifest, staged));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("1"), rig.ids());
  }

  @Test
  void s5AnEmptySnapshotMakesItsTable() {
    BigQueryRig rig = rig(OVERWRITE);
    RegisteredManifest manifest = manifest("s1", 10, 0);
    rig.register(manifest);
    assertEquals(Promotion.PROMOTED, promote(rig, manifest));
    assertEquals(
        List.of("id", "note"),
        rig.tables.columns(ORDERS).orElseThrow().stream().map(f -> f.getName()).toList());
    assertEquals(List.of(), rig.ids());
    rig.commit(rig.staged(rig.claim(), "s2", 0, 1));
    promote(rig, manifest("s2", 11, 1));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s3", 12, 0)));
    assertEquals(List.of(), rig.ids());
  }

  @Test
  void s7ATableOfAnotherDeliveryIsRefused() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1));
    promote(rig, manifest("s1", 10, 1));
    Map<String, String> foreign =
        Map.of("write.mode", "overwrite", "topics", "orders,domo.snapshots", "delivery.id", "x");
    BigQueryRig other = rig(foreign);
    other.commit(other.staged(other.claim(), "s2", 0, 1));
    FaultException refused =
        assertThrows(FaultException.class, () -> promote(other, manifest("s2", 11, 1)));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("belongs to delivery c"), refused.getMessage());
    assertEquals(List.of("s1"), rig.notes());
  }

  @Test
  void aNewGenerationMayPromoteFromTheStart() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1));
    promote(rig, manifest("s1", 10, 1));
    BigQueryRig next =
        rig(
            Map.of(
                "write.mode", "overwrite",
                "topics", "orders,domo.snapshots",
                "delivery.generation", "1"));
    next.commit(next.staged(next.claim(), "s2", 0, 1));
    assertEquals(Promotion.PROMOTED, promote(next, manifest("s2", 0, 1)));
    assertEquals(Promotion.ALREADY, promote(rig, manifest("s1", 99, 1)));
  }
}
