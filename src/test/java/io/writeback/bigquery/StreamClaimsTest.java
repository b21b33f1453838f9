package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.PendingRange;
import io.writeback.standin.Await;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * A partition that is streamed passes from one owner to the next, in order or not. Numbers such as
 * w3 name findings of the delivery design.
 */
class StreamClaimsTest extends StreamScenario {
  /** Whoever gives a partition up ends its streams, so that the next one need not. */
  @Test
  void w6ACleanHandOverLooksNothingUp() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 5)));
    rig.destination.release(claim);
    standIn
        .storageFaults()
        .always(
            call -> call.is("FinalizeWriteStream"), new StorageFault.Refuse(Status.UNAVAILABLE));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(OptionalLong.of(5), later.position());
    int before = queries();
    assertEquals(new Committed(7), next.commit(next.range(later, 5, notes(5, 7))));
    // The INSERT of the stream, and the look at the ledger before its first append.
    assertEquals(2, queries() - before);
    assertEquals(numbers(0, 7), offsets(next, ORDERS));
  }

  private int queries() {
    return (int) standIn.calls("jobs.insert");
  }

  @Test
  void afterACrashOnlyWhatIsMissingIsWritten() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 5)));
    // No release and no mark: Kafka delivers from the start, in ranges that are cut elsewhere.
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(OptionalLong.empty(), later.position());
    assertEquals(new Committed(3), next.commit(next.range(later, 0, notes(0, 3))));
    assertEquals(new Committed(8), next.commit(next.range(later, 3, notes(3, 8))));
    assertEquals(numbers(0, 8), offsets(next, ORDERS));
  }

  @Test
  void aMarkMovesThePositionAndBoundsTheSearch() {
    BigQueryRig rig = rig("bigquery.mark.interval.ms", "0");
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 5)));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(OptionalLong.of(5), later.position());
    assertEquals(new Committed(6), next.commit(next.range(later, 5, notes(5, 6))));
    assertEquals(numbers(0, 6), offsets(next, ORDERS));
  }

  @Test
  void aZombieIsRefusedAndItsSuccessorGoesOn() {
    BigQueryRig zombie = rig();
    Claim old = zombie.claim();
    zombie.commit(zombie.range(old, 0, notes(0, 2)));
    BigQueryRig next = rig();
    Claim claim = next.claim();
    assertInstanceOf(Fenced.class, zombie.commit(zombie.range(old, 2, notes(2, 4))));
    assertEquals(new Committed(5), next.commit(next.range(claim, 0, notes(0, 5))));
    assertEquals(numbers(0, 5), offsets(next, ORDERS));
  }

  @Test
  void aZombieThatOpensItsFirstStreamLateFindsTheNewerClaim() {
    BigQueryRig zombie = rig();
    Claim old = zombie.claim();
    BigQueryRig next = rig();
    Claim claim = next.claim();
    assertInstanceOf(Fenced.class, zombie.commit(zombie.range(old, 0, notes(0, 4))));
    assertEquals(new Committed(3), next.commit(next.range(claim, 0, notes(0, 3))));
    assertEquals(numbers(0, 3), offsets(next, ORDERS));
  }

  @Test
  void anAppendInFlightIsOverBeforeItsSuccessorReads() throws Exception {
    BigQueryRig zombie = rig();
    Claim old = zombie.claim();
    zombie.commit(zombie.range(old, 0, notes(0, 1)));
    CountDownLatch release = new CountDownLatch(1);
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.HoldBefore(release));
    PendingRange late = zombie.range(old, 1, notes(1, 3));
    CompletableFuture<CommitOutcome> outcome =
        CompletableFuture.supplyAsync(() -> zombie.commit(late));
    Await.until(
        "the append is held", Duration.ofSeconds(60), () -> standIn.storageFaults().fired() == 1);
    BigQueryRig next = rig();
    Claim claim = next.claim();
    assertEquals(new Committed(3), next.commit(next.range(claim, 0, notes(0, 3))));
    release.countDown();
    assertInstanceOf(Fenced.class, outcome.get());
    assertEquals(numbers(0, 3), offsets(next, ORDERS));
  }

  @Test
  void w3AnEndedStreamIsAskedForUntilAllItsRowsAreSeen() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 5)));
    rig.queries.execute(SqlStatement.of("TRUNCATE TABLE sales.orders"));
    BigQueryRig next = rig();
    Claim later = next.claim();
    FaultException closed =
        assertThrows(
            FaultException.class,
            () -> next.destination.commit(List.of(next.range(later, 0, notes(0, 5)))));
    assertEquals(Fault.CONFIGURATION, closed.fault());
    assertTrue(closed.getMessage().contains("5 rows"), closed.getMessage());
    assertEquals(List.of(), offsets(next, ORDERS));
  }

  @Test
  void w5AForbiddenFinalizeIsNoAnswer() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 2)));
    standIn
        .storageFaults()
        .once(
            call -> call.is("FinalizeWriteStream"),
            new StorageFault.Refuse(Status.PERMISSION_DENIED));
    BigQueryRig next = rig();
    FaultException masked = assertThrows(FaultException.class, next::claim);
    assertEquals(Fault.RETRY, masked.fault());
    Claim later = next.claim();
    assertEquals(new Committed(3), next.commit(next.range(later, 0, notes(0, 3))));
    assertEquals(numbers(0, 3), offsets(next, ORDERS));
  }

  @Test
  void w1RowsThatAreInNoPartitionYetAreSeen() {
    BigQueryRig rig = rig();
    rig.tables.ensureOwn(
        ORDERS, withNote(), new Table().setTimePartitioning(new TimePartitioning().setType("DAY")));
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 4)));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(6), next.commit(next.range(later, 0, notes(0, 6))));
    assertEquals(numbers(0, 6), offsets(next, ORDERS));
  }

  private static List<TableFieldSchema> withNote() {
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("note").setType("STRING").setMode("NULLABLE"));
    return fields;
  }

  @Test
  void w6ATableThatWantsPartitionsNamedIsLookedIntoAllTheSame() {
    BigQueryRig rig = rig();
    List<TableFieldSchema> fields = new ArrayList<>(withNote());
    fields.add(new TableFieldSchema().setName("day").setType("DATE").setMode("NULLABLE"));
    rig.tables.ensureOwn(
        ORDERS,
        fields,
        new Table().setTimePartitioning(new TimePartitioning().setType("DAY").setField("day")));
    filterRequired(rig, true);
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 4)));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(6), next.commit(next.range(later, 0, notes(0, 6))));
    filterRequired(next, false);
    assertEquals(numbers(0, 6), offsets(next, ORDERS));
  }

  private static void filterRequired(BigQueryRig rig, boolean required) {
    rig.queries.execute(
        SqlStatement.of(
            "ALTER TABLE sales.orders SET OPTIONS (require_partition_filter = " + required + ")"));
  }

  @Test
  void aNewGenerationWritesAgainWhatAnOlderOneWrote() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 3)));
    BigQueryRig next = rig("delivery.generation", "1");
    Claim later = next.claim();
    assertEquals(OptionalLong.empty(), later.position());
    assertEquals(new Committed(2), next.commit(next.range(later, 0, notes(0, 2))));
    assertInstanceOf(Fenced.class, rig.commit(rig.range(claim, 3, notes(3, 4))));
    BigQueryRig third = rig("delivery.generation", "1");
    Claim again = third.claim();
    assertEquals(new Committed(4), third.commit(third.range(again, 0, notes(0, 4))));
    assertEquals(List.of("0", "0", "1", "1", "2", "2", "3"), offsets(third, ORDERS));
    FaultException older = assertThrows(FaultException.class, () -> rig().claim());
    assertEquals(Fault.CONFIGURATION, older.fault());
  }

  @Test
  void theEpochHasOneHolder() {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      claims.add(rig().claim());
    }
    assertEquals(List.of(1L, 2L, 3L, 4L), claims.stream().map(Claim::epoch).sorted().toList());
    assertEquals(TP, claims.get(0).partition());
  }
}
