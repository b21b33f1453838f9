package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.manifest;
import static io.writeback.redshift.Warehouse.staged;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Decision;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots: staged, registered, promoted once, cleaned. */
class RedshiftSnapshotsTest extends WarehouseScenario {
  /** A delivery of one topic into the table of the same name. */
  private static final class Delivery {
    final String topic;
    final Destination destination;
    final SnapshotStore store;
    final Target target;
    Claim claim;
    long next;

    Delivery(String name, String mode) {
      topic = name;
      destination = warehouse.destination(name, "write.mode", mode);
      store = destination.snapshots();
      target = table(name);
      claim = destination.claim(new TopicPartition(topic, 0), OptionalLong.empty());
    }

    /** Stages ordinals from..to of a snapshot in one range of partition 0. */
    Delivery stage(String snapshot, long from, long to) {
      PendingRange range =
          staged(destination, claim, target, snapshot, next, next + to - from + 1, from);
      assertEquals(List.of(new Committed(range.end())), destination.commit(List.of(range)));
      next = range.end();
      claim = destination.claim(claim.partition(), OptionalLong.empty());
      return this;
    }

    RegisteredManifest manifest(String snapshot, long rows, long offset) {
      return Warehouse.manifest(topic, target, snapshot, rows, offset);
    }

    Promotion promote(RegisteredManifest manifest) {
      return store.promote(manifest, store.staged(manifest));
    }

    String shown() {
      return warehouse.one(
          "SELECT count(*), count(DISTINCT id), min(name), max(name) FROM " + target.table());
    }
  }

  @Test
  void overwriteShowsOneWholeSnapshotAfterTheOther() {
    Delivery d = new Delivery("over", "overwrite");
    d.stage("s1", 1, 4).stage("s1", 5, 6);
    assertEquals(
        0, Integer.parseInt(warehouse.one("SELECT count(*) FROM pg_class WHERE relname = 'over'")));
    RegisteredManifest first = d.manifest("s1", 6, 0);
    Staged staged = d.store.staged(first);
    assertEquals(6, staged.distinctOrdinals());
    assertEquals(Map.of(d.claim.partition(), 6L), staged.nextOffsets());
    assertEquals(
        Map.of(d.claim.partition(), new SnapshotProgress(0, 6, 6, 0)), staged.partitions());
    assertEquals(Promotion.PROMOTED, d.promote(first));
    assertEquals("6|6|s1|s1", d.shown());
    d.stage("s2", 1, 3);
    assertEquals("6|6|s1|s1", d.shown());
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s2", 3, 1)));
    assertEquals("3|3|s2|s2", d.shown());
    SnapshotStore.Control control = d.store.control(d.target).orElseThrow();
    assertEquals("s2", control.snapshot());
    assertEquals("over", control.owner());
    assertEquals(1, control.manifestOffset());
    assertEquals(3, control.rows());
  }

  @Test
  void anOlderManifestNeverComesBack() {
    Delivery d = new Delivery("older", "overwrite");
    d.stage("s1", 1, 2).stage("s2", 1, 3);
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s2", 3, 8)));
    assertEquals(Promotion.ALREADY, d.promote(d.manifest("s1", 2, 7)));
    assertEquals(Promotion.ALREADY, d.promote(d.manifest("s2", 3, 8)));
    assertEquals("3|3|s2|s2", d.shown());
  }

  @Test
  void appendAddsEachSnapshotOnce() {
    Delivery d = new Delivery("adds", "append");
    d.stage("s1", 1, 4).stage("s2", 1, 2);
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s1", 4, 0)));
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s2", 2, 1)));
    assertEquals(Promotion.ALREADY, d.promote(d.manifest("s2", 2, 1)));
    assertEquals("6|4|s1|s2", d.shown());
  }

  @Test
  void aSnapshotWithoutRowsEmptiesTheTableAndMakesItIfNeeded() {
    Delivery d = new Delivery("zero", "overwrite");
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s0", 0, 0)));
    assertEquals("0", warehouse.one("SELECT count(*) FROM zero"));
    d.stage("s1", 1, 2);
    d.promote(d.manifest("s1", 2, 1));
    assertEquals("2|2|s1|s1", d.shown());
    assertEquals(Promotion.PROMOTED, d.promote(d.manifest("s2", 0, 2)));
    assertEquals("0", warehouse.one("SELECT count(*) FROM zero"));
  }

  /** Both have judged the snapshot complete; the lock on the control row lets one through. */
  @Test
  void ofTwoRacingPromotionsOneWins() throws Exception {
    Delivery d = new Delivery("race", "append");
    d.stage("s1", 1, 50);
    RegisteredManifest manifest = d.manifest("s1", 50, 0);
    SnapshotStore other = warehouse.destination("race", "write.mode", "append").snapshots();
    CountDownLatch inCopy = new CountDownLatch(1);
    var hang =
        warehouse.redshift.faults().arm(RedshiftCall.copy(), 0, 1, new RedshiftFault.Hang(inCopy));
    Staged expected = d.store.staged(manifest);
    CompletableFuture<Promotion> one =
        CompletableFuture.supplyAsync(() -> d.store.promote(manifest, expected));
    Await.until("the first to be in COPY", () -> hang.fired() == 1);
    CompletableFuture<Promotion> two =
        CompletableFuture.supplyAsync(() -> other.promote(manifest, expected));
    Await.until(
        "the second to wait for the lock",
        () -> !warehouse.one("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0"));
    inCopy.countDown();
    assertEquals(EnumSet.of(Promotion.PROMOTED, Promotion.ALREADY), Set.of(one.get(), two.get()));
    assertEquals("50|50|s1|s1", d.shown());
  }

  static Stream<RedshiftFault> lostAnswers() {
    return Stream.of(new RedshiftFault.DropBefore(), new RedshiftFault.DropAfter());
  }

  @ParameterizedTest
  @MethodSource("lostAnswers")
  void aLostAnswerToThePromotionIsReadFromTheControlRow(RedshiftFault fault) {
    boolean done = fault instanceof RedshiftFault.DropAfter;
    Delivery d =
        new Delivery("ack_" + fault.getClass().getSimpleName().toLowerCase(Locale.ROOT), "append");
    d.stage("s1", 1, 5);
    RegisteredManifest manifest = d.manifest("s1", 5, 0);
    Staged expected = d.store.staged(manifest);
    warehouse.redshift.faults().once(RedshiftCall.commit(), fault);
    if (done) {
      assertEquals(Promotion.PROMOTED, d.store.promote(manifest, expected));
    } else {
      FaultException e =
          assertThrows(FaultException.class, () -> d.store.promote(manifest, expected));
      assertEquals(Fault.RETRY, e.fault());
      assertEquals(Promotion.PROMOTED, d.store.promote(manifest, expected));
    }
    assertEquals("5|5|s1|s1", d.shown());
  }

  @Test
  void countsThatChangedMeanwhilePromoteNothing() {
    Delivery d = new Delivery("changed", "overwrite");
    d.stage("s1", 1, 3);
    RegisteredManifest manifest = d.manifest("s1", 5, 0);
    Staged before = d.store.staged(manifest);
    d.stage("s1", 4, 5);
    assertEquals(Promotion.INCOMPLETE, d.store.promote(manifest, before));
    assertTrue(d.store.control(d.target).isEmpty());
  }

  /** S2: as many rows as promised, but one twice and one missing. */
  @Test
  void anOrdinalInTwoPartitionsIsNotCountedTwice() {
    Delivery d = new Delivery("twice", "overwrite");
    d.stage("s1", 1, 3);
    Claim second = d.destination.claim(new TopicPartition("twice", 1), OptionalLong.empty());
    d.destination.commit(List.of(staged(d.destination, second, d.target, "s1", 0, 2, 3)));
    Staged staged = d.store.staged(d.manifest("s1", 5, 0));
    assertEquals(4, staged.distinctOrdinals());
    assertEquals(5, d.store.staged(d.manifest("s1", 6, 0)).distinctOrdinals());
  }

  @Test
  void rejectedRowsAreStagedAsMarkers() {
    Delivery d = new Delivery("marks", "overwrite");
    TableBatch batch = d.destination.newBatch(d.claim, 0, d.target, Optional.of("s1"));
    TopicPartition tp = d.claim.partition();
    batch.add(Warehouse.row(tp, 0, Warehouse.value(1, "s1"), OptionalLong.of(1)));
    batch.addRejected(Warehouse.row(tp, 1, Warehouse.value(2, "s1"), OptionalLong.of(2)));
    batch.add(Warehouse.row(tp, 2, Warehouse.value(3, "s1"), OptionalLong.of(3)));
    SnapshotProgress progress = new SnapshotProgress(0, 3, 2, 1);
    d.destination.commit(
        List.of(
            new PendingRange(d.claim, 0, 3, List.of(batch), Map.of("s1", progress), List.of())));
    RegisteredManifest manifest = d.manifest("s1", 3, 0);
    Staged staged = d.store.staged(manifest);
    assertEquals(2, staged.distinctOrdinals());
    assertEquals(1, staged.rejected());
    assertEquals(Map.of(tp, progress), staged.partitions());
    assertEquals(Map.of("s1", progress), d.destination.claim(tp, OptionalLong.empty()).snapshots());
    assertEquals(Promotion.PROMOTED, d.store.promote(manifest, staged));
    assertEquals("2|2|s1|s1", d.shown());
  }

  @Test
  void aManifestIsRegisteredOnceAndDecidedForGoodOnce() {
    Delivery d = new Delivery("decides", "overwrite");
    d.stage("s1", 1, 2);
    RegisteredManifest manifest = d.manifest("s1", 2, 5);
    Claim claim =
        d.destination.claim(new TopicPartition("domo.snapshots", 0), OptionalLong.empty());
    d.destination.commit(
        List.of(new PendingRange(claim, 5, 6, List.of(), Map.of(), List.of(manifest))));
    RegisteredManifest again = d.manifest("s1", 2, 6);
    d.destination.commit(
        List.of(new PendingRange(claim, 6, 7, List.of(), Map.of(), List.of(again))));
    List<Undecided> undecided = d.store.undecided();
    assertEquals(1, undecided.size());
    assertEquals(manifest, undecided.get(0).manifest());
    assertTrue(Math.abs(System.currentTimeMillis() - undecided.get(0).registeredMs()) < 600_000);
    Decision hold = new Decision(Kind.HELD, "too few", 2, 0, 0);
    d.store.decide(manifest, hold);
    d.store.decide(manifest, hold);
    assertEquals(Optional.of("too few"), d.store.undecided().get(0).held());
    d.store.decide(manifest, new Decision(Kind.PROMOTED, "", 2, 0, 0));
    d.store.decide(manifest, new Decision(Kind.REFUSED, "late", 2, 0, 0));
    assertTrue(d.store.undecided().isEmpty());
    assertEquals(
        List.of("HELD|2|2|2026-11-21 00:00:00", "PROMOTED|2|2|2026-11-21 00:00:00"),
        warehouse.rows(
            "SELECT verdict, rows_sent, rows_staged, version_time FROM writeback_snapshots"
                + " WHERE snapshot = 's1' AND delivery = 'decides/0' ORDER BY decided_at"));
  }

  @Test
  void whatIsDecidedIsCleanedAndWhatWaitsIsKept() {
    Delivery d = new Delivery("cleans", "overwrite");
    d.stage("s1", 1, 2).stage("s2", 1, 2);
    RegisteredManifest first = d.manifest("s1", 2, 0);
    Claim manifests =
        d.destination.claim(new TopicPartition("domo.snapshots", 0), OptionalLong.empty());
    d.destination.commit(
        List.of(new PendingRange(manifests, 0, 1, List.of(), Map.of(), List.of(first))));
    assertEquals(Promotion.PROMOTED, d.promote(first));
    d.store.decide(first, new Decision(Kind.PROMOTED, "", 2, 0, 0));
    d.store.clean();
    assertEquals(1, warehouse.s3.view().keys("writeback", "writeback/cleans/cleans/0/").size());
    assertEquals(0, d.store.staged(first).distinctOrdinals());
    assertEquals(2, d.store.staged(d.manifest("s2", 2, 1)).distinctOrdinals());
    assertEquals(
        Set.of("s2"),
        d.destination.claim(d.claim.partition(), OptionalLong.empty()).snapshots().keySet());
  }

  @Test
  void stagingWithoutAManifestIsDroppedAfterItsTime() {
    Delivery d = new Delivery("ttl", "overwrite");
    d.stage("s1", 1, 2);
    d.store.clean();
    assertEquals(2, d.store.staged(d.manifest("s1", 2, 0)).distinctOrdinals());
    try (var admin = warehouse.admin();
        var statement = admin.createStatement()) {
      statement.execute("UPDATE \"_wb_staged_" + Hash.of("public", "ttl") + "\" SET staged_ms = 0");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    d.store.clean();
    assertEquals(0, d.store.staged(d.manifest("s1", 2, 0)).distinctOrdinals());
  }

  /** S7: one target, two feeders. */
  @Test
  void aTableOfAnotherDeliveryOrDataSetIsRefusedInWords() {
    Delivery mine = new Delivery("feeder", "overwrite");
    mine.stage("s1", 1, 1);
    mine.promote(mine.manifest("s1", 1, 0));
    Destination stranger = warehouse.destination("stranger", "write.mode", "overwrite");
    RegisteredManifest theirs = manifest("other", mine.target, "x1", 0, 3);
    FaultException e =
        assertThrows(
            FaultException.class,
            () -> stranger.snapshots().promote(theirs, stranger.snapshots().staged(theirs)));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("delivery feeder"), e.getMessage());
    assertEquals("1|1|s1|s1", mine.shown());
  }

  @Test
  void aTableOfAnotherDataSetOfTheSameDeliveryIsRefusedInWords() {
    Delivery d = new Delivery("dataset", "overwrite");
    d.stage("s1", 1, 1);
    d.promote(d.manifest("s1", 1, 0));
    RegisteredManifest other = manifest("dataset", table("dataset_two"), "x1", 0, 3);
    RegisteredManifest theirs =
        new RegisteredManifest(other.manifest(), d.target, other.topic(), 0, 3);
    FaultException e = assertThrows(FaultException.class, () -> d.promote(theirs));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("shows DataSet dataset-of-dataset"), e.getMessage());
    assertEquals("1|1|s1|s1", d.shown());
  }

  @Test
  void aNewGenerationStartsOver() {
    Delivery old = new Delivery("gens", "overwrite");
    old.stage("s1", 1, 2);
    old.promote(old.manifest("s1", 2, 50));
    Destination next =
        warehouse.destination("gens", "write.mode", "overwrite", "delivery.generation", "1");
    Claim claim = next.claim(new TopicPartition("gens", 0), OptionalLong.empty());
    assertEquals(OptionalLong.empty(), claim.position());
    next.commit(List.of(staged(next, claim, old.target, "s9", 0, 3, 1)));
    RegisteredManifest manifest = manifest("gens", old.target, "s9", 3, 2);
    assertEquals(-1, next.snapshots().control(old.target).orElseThrow().manifestOffset());
    assertEquals(
        Promotion.PROMOTED, next.snapshots().promote(manifest, next.snapshots().staged(manifest)));
    assertEquals(Promotion.ALREADY, old.promote(old.manifest("s1", 2, 60)));
    assertEquals("3|3|s9|s9", old.shown());
  }

  @Test
  void aStagedObjectThatIsGoneHoldsTheSnapshotAndKeepsTheTable() {
    Delivery d = new Delivery("gone", "overwrite");
    d.stage("s1", 1, 2);
    d.promote(d.manifest("s1", 2, 0));
    d.stage("s2", 1, 2);
    warehouse.s3.view().keys("writeback", "writeback/gone/gone/0/").stream()
        .filter(key -> key.contains("00002-"))
        .forEach(key -> warehouse.s3.view().remove("writeback", key));
    FaultException e = assertThrows(FaultException.class, () -> d.promote(d.manifest("s2", 2, 1)));
    assertEquals(Fault.FATAL, e.fault());
    assertEquals("2|2|s1|s1", d.shown());
  }

  @Test
  void aConflictUndoesThePromotionAndIsRetriable() {
    Delivery d = new Delivery("conflicts", "overwrite");
    d.stage("s1", 1, 2);
    d.promote(d.manifest("s1", 2, 0));
    d.stage("s2", 1, 5);
    warehouse.redshift.faults().once(RedshiftCall.copy(), RedshiftFault.serializationConflict());
    RegisteredManifest next = d.manifest("s2", 5, 1);
    FaultException e = assertThrows(FaultException.class, () -> d.promote(next));
    assertEquals(Fault.RETRY, e.fault());
    assertEquals("2|2|s1|s1", d.shown());
    assertEquals(Promotion.PROMOTED, d.promote(next));
    assertEquals("5|5|s2|s2", d.shown());
  }
}
