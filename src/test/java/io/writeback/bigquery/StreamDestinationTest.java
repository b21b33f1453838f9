package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TimePartitioning;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Exactly-once streaming through the real grpc client. */
class StreamDestinationTest extends BigQueryScenario {
  private BigQueryRig rig(String... changes) {
    return rig(streams(), changes);
  }

  @Test
  void rowsCarryTheirCoordinates() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(OptionalLong.empty(), claim.position());
    assertEquals(new Committed(7), rig.commit(rig.range(claim, 5, "a", "b")));
    assertEquals(List.of("a", "b"), rig.notes());
    assertEquals(List.of("5", "6"), offsets(rig, ORDERS));
    assertEquals(List.of("orders", "orders"), rig.column("__kafka_topic", ORDERS));
  }

  @Test
  void aCleanHandOverLooksNothingUp() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 5)));
    rig.destination.release(claim);
    // w6: whoever gives a partition up ends its streams, so that the next one need not.
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
  void aLostAnswerIsNoSecondRow() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    assertEquals(new Committed(3), rig.commit(rig.range(claim, 1, "b", "c")));
    assertEquals(1, standIn.storageFaults().fired());
    assertEquals(numbers(0, 3), offsets(rig, ORDERS));
  }

  @Test
  void aLongPipelineWithLostAnswersLandsOnceInOrder() {
    BigQueryRig rig =
        rig("bigquery.append.bytes", "1024", "bigquery.append.in.flight.bytes", "4096");
    Claim claim = rig.claim();
    PendingRange range = rig.range(claim, 0, notes(0, 400));
    assertTrue(((StreamBatch) range.batches().get(0)).pending().size() > 10);
    int[] seen = {0};
    standIn
        .storageFaults()
        .always(call -> call.is("AppendRows") && ++seen[0] % 5 == 0, new StorageFault.LoseAnswer());
    CommitOutcome outcome = commitPatiently(rig, range);
    assertEquals(new Committed(400), outcome);
    assertTrue(seen[0] > 10);
    assertEquals(numbers(0, 400), offsets(rig, ORDERS));
  }

  @Test
  void w4ALandedAppendThatWasCalledFailedIsNotTakenForOtherBytes() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.FailYetLand(Status.INVALID_ARGUMENT));
    PendingRange range = rig.range(claim, 1, "b", "c");
    FaultException failed =
        assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
    assertEquals(Fault.CONFIGURATION, failed.fault());
    // The same bytes again: they are there.
    assertEquals(new Committed(3), rig.commit(range));
    // Other bytes at an offset that is taken: nothing may be concluded from ALREADY_EXISTS.
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.FailYetLand(Status.INVALID_ARGUMENT));
    assertThrows(
        FaultException.class, () -> rig.destination.commit(List.of(rig.range(claim, 3, "d", "e"))));
    assertEquals(new Committed(8), rig.commit(rig.range(claim, 3, "d", "e", "f", "g", "h")));
    assertEquals(numbers(0, 8), offsets(rig, ORDERS));
    assertEquals(List.of("a", "b", "c", "d", "e", "f", "g", "h"), rig.notes());
  }

  /** Says once that the first row of an append is refused, although all have landed. */
  private static WriteStreams lying(WriteStreams streams, AtomicBoolean lie) {
    return (WriteStreams)
        Proxy.newProxyInstance(
            WriteStreams.class.getClassLoader(),
            new Class<?>[] {WriteStreams.class},
            (proxy, method, args) -> {
              Object result = method.invoke(streams, args);
              return result instanceof WriteStreams.Connection open ? lying(open, lie) : result;
            });
  }

  private static WriteStreams.Connection lying(WriteStreams.Connection open, AtomicBoolean lie) {
    return (WriteStreams.Connection)
        Proxy.newProxyInstance(
            WriteStreams.class.getClassLoader(),
            new Class<?>[] {WriteStreams.Connection.class},
            (proxy, method, args) -> {
              Object result = method.invoke(open, args);
              return result instanceof AppendRowsResponse && lie.getAndSet(false)
                  ? AppendRowsResponse.newBuilder()
                      .addRowErrors(RowError.newBuilder().setIndex(0).setMessage("no"))
                      .build()
                  : result;
            });
  }

  @Test
  void w4OtherBytesAtATakenOffsetAreNotTakenForLanded() {
    AtomicBoolean lie = new AtomicBoolean();
    BigQueryRig rig =
        rig(
            Map.of("bigquery.write.method", "storage_write"),
            streams -> lying(streams, lie),
            DyingProcess.never());
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    lie.set(true);
    assertInstanceOf(Rejected.class, rig.commit(rig.range(claim, 1, "b", "c")));
    assertEquals(new Committed(3), commitPatiently(rig, rig.range(claim, 1, ORDERS, null, "c")));
    assertEquals(new Committed(5), commitPatiently(rig, rig.range(claim, 3, "d", "e")));
    assertEquals(numbers(0, 5), offsets(rig, ORDERS));
  }

  private static final Schema DATED =
      SchemaBuilder.struct().field("day", Schema.OPTIONAL_STRING_SCHEMA).build();

  private void datedTable(BigQueryRig rig) {
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("day").setType("DATE").setMode("NULLABLE"));
    rig.tables.ensure(ORDERS, fields);
  }

  private PendingRange dated(BigQueryRig rig, Claim claim, long start, String... days) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    for (int i = 0; i < days.length; i++) {
      if (days[i] != null) {
        long offset = start + i;
        batch.add(
            new SinkRow(
                new SinkRecord(
                    "orders", 0, null, null, DATED, new Struct(DATED).put("day", days[i]), offset),
                offset,
                OptionalLong.empty()));
      }
    }
    return new PendingRange(claim, start, start + days.length, List.of(batch), Map.of(), List.of());
  }

  @Test
  void refusedRowsAreNamedAndTheOthersLandOnceAlsoBehindThem() {
    BigQueryRig rig = rig("bigquery.append.bytes", "1024");
    datedTable(rig);
    Claim claim = rig.claim();
    String[] days = new String[100];
    for (int i = 0; i < days.length; i++) {
      days[i] = i % 30 == 29 ? "no day" : "2026-11-20";
    }
    // The first try teaches the columns of the table.
    assertEquals(new Moved(0), rig.commit(dated(rig, claim, 0, days)));
    for (int round = 0; ; round++) {
      assertTrue(round < 10, "does not come to an end");
      CommitOutcome outcome = rig.commit(dated(rig, claim, 0, days));
      if (outcome instanceof Committed) {
        break;
      }
      Rejected rejected = assertInstanceOf(Rejected.class, outcome);
      rejected
          .rows()
          .forEach(
              row -> {
                assertEquals("no day", days[(int) row.offset()]);
                assertTrue(!row.reason().contains("no day"), row.reason());
                days[(int) row.offset()] = null;
              });
    }
    assertEquals(
        IntStream.range(0, 100).filter(i -> i % 30 != 29).mapToObj(String::valueOf).toList(),
        offsets(rig, ORDERS));
  }

  @Test
  void aTableOfOtherTypesIsWrittenAsItIs() {
    BigQueryRig rig = rig();
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("at").setType("DATETIME").setMode("NULLABLE"));
    rig.tables.ensure(ORDERS, fields);
    Schema schema = SchemaBuilder.struct().field("at", Timestamp.SCHEMA).build();
    Claim claim = rig.claim();
    CommitOutcome outcome = new Moved(0);
    for (int i = 0; i < 2; i++) {
      TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
      Struct value = new Struct(schema).put("at", new java.util.Date(1_763_642_096_789L));
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, schema, value, 0), 0, OptionalLong.empty()));
      outcome = rig.commit(new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of()));
    }
    assertEquals(new Committed(1), outcome);
    assertEquals(
        "2025-11-20 12:34:56.789",
        rig.queries
            .rows(SqlStatement.of("SELECT CAST(`at` AS STRING) AS v FROM sales.orders"))
            .get(0)
            .text("v"));
  }

  @Test
  void aColumnThatWritersDoNotSeeYetDelaysItsRowsOnly() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    CountDownLatch shown = new CountDownLatch(1);
    standIn.faults().once(call -> call.is("tables.patch"), new BigQueryFault.ColumnLate(shown));
    Schema wider =
        SchemaBuilder.struct()
            .field("id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field("more", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    TableBatch batch = rig.destination.newBatch(claim, 1, ORDERS, Optional.empty());
    for (int offset = 1; offset < 4; offset++) {
      Struct value = new Struct(wider).put("id", (long) offset).put("more", "m" + offset);
      batch.add(
          new SinkRow(
              new SinkRecord("orders", 0, null, null, wider, value, offset),
              offset,
              OptionalLong.empty()));
    }
    PendingRange range = new PendingRange(claim, 1, 4, List.of(batch), Map.of(), List.of());
    for (int i = 0; i < 3; i++) {
      FaultException early =
          assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
      assertEquals(Fault.RETRY, early.fault());
    }
    shown.countDown();
    assertEquals(new Committed(4), commitPatiently(rig, range));
    assertEquals(numbers(0, 4), offsets(rig, ORDERS));
    assertEquals(4, rig.column("more", ORDERS).size());
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
  void aDroppedTableIsMadeAgainAndEverythingIsWrittenToIt() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 2)));
    rig.queries.execute(SqlStatement.of("DROP TABLE sales.orders"));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(3), next.commit(next.range(later, 2, notes(2, 3))));
    assertEquals(numbers(2, 3), offsets(next, ORDERS));
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
  void w7ATableWithoutTheCoordinatesIsRefused() {
    BigQueryRig rig = rig();
    rig.tables.ensure(
        ORDERS,
        List.of(new TableFieldSchema().setName("id").setType("INTEGER").setMode("NULLABLE")));
    Claim claim = rig.claim();
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(rig.range(claim, 0, "a")));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("__kafka_topic"), refused.getMessage());
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
  void severalTablesOfOneRangeAreEachFilledOnce() {
    Target other = new Target(DATASET, "other");
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    PendingRange first = two(rig, claim, 0, other);
    standIn
        .storageFaults()
        .once(
            call -> call.is("CreateWriteStream") && call.resource().endsWith("other"),
            new StorageFault.Refuse(Status.INTERNAL));
    assertThrows(FaultException.class, () -> rig.destination.commit(List.of(first)));
    BigQueryRig next = rig();
    Claim later = next.claim();
    assertEquals(new Committed(4), next.commit(two(next, later, 0, other)));
    assertEquals(List.of("0", "2"), offsets(next, ORDERS));
    assertEquals(List.of("1", "3"), offsets(next, other));
  }

  private static PendingRange two(BigQueryRig rig, Claim claim, long start, Target other) {
    List<TableBatch> batches = new ArrayList<>();
    batches.addAll(rig.range(claim, start, ORDERS, "a", null, "c", null).batches());
    batches.addAll(rig.range(claim, start, other, null, "b", null, "d").batches());
    return new PendingRange(claim, start, start + 4, batches, Map.of(), List.of());
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
