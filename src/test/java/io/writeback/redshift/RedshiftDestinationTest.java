package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static io.writeback.redshift.Warehouse.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims and flushes against the real driver, a strict Redshift and a strict S3. */
class RedshiftDestinationTest extends WarehouseScenario {
  private static TopicPartition tp(String topic, int partition) {
    return new TopicPartition(topic, partition);
  }

  private static Claim claim(Destination destination, TopicPartition tp) {
    return destination.claim(tp, OptionalLong.empty());
  }

  private static CommitOutcome commit(Destination destination, PendingRange range) {
    return destination.commit(List.of(range)).get(0);
  }

  @Test
  void aClaimRaisesTheEpochAndKeepsThePosition() {
    Destination d = warehouse.destination("claims");
    Claim first = d.claim(tp("c1", 0), OptionalLong.of(40));
    assertEquals(1, first.epoch());
    assertEquals(OptionalLong.of(40), first.position());
    Claim second = d.claim(tp("c1", 0), OptionalLong.of(99));
    assertEquals(2, second.epoch());
    assertEquals(OptionalLong.of(40), second.position(), "the warehouse wins over Kafka");
    assertEquals(OptionalLong.empty(), claim(d, tp("c1", 1)).position());
  }

  @Test
  void rowsAndPositionLandTogether() {
    Destination d = warehouse.destination("append");
    Claim claim = claim(d, tp("append", 0));
    assertEquals(new Committed(10), commit(d, range(d, claim, table("append"), 0, 10)));
    assertEquals(new Committed(25), commit(d, range(d, claim, table("append"), 10, 25)));
    assertEquals("25|25", warehouse.counts("append"));
    assertEquals(OptionalLong.of(25), claim(d, tp("append", 0)).position());
    String log = "\"_wb_log_" + Hash.of("append", "0", "append") + "\"";
    assertEquals(
        List.of("0|10|10", "10|25|15"),
        warehouse.rows(
            "SELECT start_offset, end_offset, row_count FROM " + log + " ORDER BY start_offset"));
  }

  @Test
  void aRangeWithoutRowsMovesThePosition() {
    Destination d = warehouse.destination("empty");
    Claim claim = claim(d, tp("empty", 0));
    assertEquals(new Committed(7), commit(d, range(claim, 0, 7)));
    assertEquals(OptionalLong.of(7), claim(d, tp("empty", 0)).position());
  }

  /** R1: progress belongs to the partition. A failure at the second table undoes the first. */
  @Test
  void allTablesOfARangeLandOrNone() {
    Destination d = warehouse.destination("tables");
    Claim claim = claim(d, tp("tables", 0));
    PendingRange both = twoTables(d, claim);
    warehouse
        .redshift
        .faults()
        .once(RedshiftCall.statement("^copy.*tables_b"), RedshiftFault.diskFull());
    assertThrows(FaultException.class, () -> d.commit(List.of(both)));
    assertEquals("0", warehouse.one("SELECT count(*) FROM tables_a"));
    assertEquals(new Committed(2), commit(d, both));
    assertEquals("1", warehouse.one("SELECT count(*) FROM tables_a"));
    assertEquals("1", warehouse.one("SELECT count(*) FROM tables_b"));
  }

  private static PendingRange twoTables(Destination d, Claim claim) {
    TableBatch b = d.newBatch(claim, 0, table("tables_b"), Optional.empty());
    b.add(row(claim.partition(), 0, value(0, "b")));
    TableBatch a = d.newBatch(claim, 0, table("tables_a"), Optional.empty());
    a.add(row(claim.partition(), 1, value(1, "a")));
    return range(claim, 0, 2, b, a);
  }

  /** R7: a fenced partition is left out before the first COPY, and the others land. */
  @Test
  void aZombieIsFencedAndDoesNotHoldBackItsNeighbours() {
    Destination old = warehouse.destination("zombie");
    Claim lost = claim(old, tp("zombie", 0));
    Claim kept = claim(old, tp("zombie", 1));
    Destination young = warehouse.destination("zombie");
    Claim taken = claim(young, tp("zombie", 0));
    List<CommitOutcome> outcomes =
        old.commit(
            List.of(
                range(old, lost, table("zombie"), 0, 5),
                range(old, kept, table("zombie"), 100, 103)));
    assertInstanceOf(Fenced.class, outcomes.get(0));
    assertEquals(new Committed(103), outcomes.get(1));
    assertEquals("3|3", warehouse.counts("zombie"));
    assertEquals(new Committed(4), commit(young, range(young, taken, table("zombie"), 0, 4)));
    assertInstanceOf(Fenced.class, commit(old, range(old, lost, table("zombie"), 0, 5)));
    assertEquals("7|7", warehouse.counts("zombie"));
  }

  @Test
  void aRangeThatBeginsElsewhereIsNotWritten() {
    Destination d = warehouse.destination("moved");
    Claim claim = claim(d, tp("moved", 0));
    commit(d, range(d, claim, table("moved"), 0, 10));
    assertEquals(new Moved(10), commit(d, range(d, claim, table("moved"), 5, 12)));
    assertEquals("10|10", warehouse.counts("moved"));
  }

  static Stream<RedshiftFault> lostAnswers() {
    return Stream.of(new RedshiftFault.DropBefore(), new RedshiftFault.DropAfter());
  }

  /** Whether the COMMIT took place or not, the answer is what really happened. */
  @ParameterizedTest
  @MethodSource("lostAnswers")
  void aLostAnswerToCommitIsResolvedByLockAndRead(RedshiftFault fault) {
    String name = "lost_" + fault.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    Destination d = warehouse.destination(name);
    Claim claim = claim(d, tp(name, 0));
    commit(d, range(d, claim, table(name), 0, 3));
    var armed = warehouse.redshift.faults().once(RedshiftCall.commit(), fault);
    assertEquals(new Committed(8), commit(d, range(d, claim, table(name), 3, 8)));
    assertEquals(1, armed.fired());
    assertEquals("8|8", warehouse.counts(name));
  }

  /** The engine repeats the same ranges after a failure: the same must come of it. */
  @Test
  void aRangeOfferedAgainAfterItLandedIsCommittedOnce() {
    Destination d = warehouse.destination("again");
    Claim claim = claim(d, tp("again", 0));
    PendingRange range = range(d, claim, table("again"), 0, 6);
    warehouse.redshift.faults().arm(RedshiftCall.commit(), 0, 1, new RedshiftFault.DropAfter());
    warehouse
        .redshift
        .faults()
        .arm(RedshiftCall.statement("^LOCK"), 1, 1, new RedshiftFault.DropBefore());
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertEquals(Fault.RETRY, e.fault());
    assertEquals(new Committed(6), commit(d, range));
    assertEquals("6|6", warehouse.counts("again"));
  }

  static Stream<RedshiftFault> conflicts() {
    return Stream.of(
        RedshiftFault.serializationConflict(),
        RedshiftFault.relationCreatedAfterSnapshot(),
        RedshiftFault.snapshotConflict(),
        RedshiftFault.deadlock(),
        new RedshiftFault.DropBefore(),
        new RedshiftFault.DropAfter(),
        new RedshiftFault.Kill());
  }

  @ParameterizedTest
  @MethodSource("conflicts")
  void aConflictOrACutUndoesTheTransactionAndIsRetriable(RedshiftFault fault) {
    Destination d = warehouse.destination("conflict");
    String table = "conflict_" + Hash.of(fault.toString());
    Claim claim = claim(d, tp(table, 0));
    PendingRange range = range(d, claim, table(table), 0, 4);
    warehouse.redshift.faults().once(RedshiftCall.copy(), fault);
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertEquals(Fault.RETRY, e.fault(), e.getMessage());
    assertEquals(new Committed(4), commit(d, range));
    assertEquals("4|4", warehouse.counts(table));
  }

  @Test
  void aMissingObjectSendsTheReaderBackToThePosition() {
    Destination d = warehouse.destination("missing");
    Claim claim = claim(d, tp("missing", 0));
    commit(d, range(d, claim, table("missing"), 0, 2));
    PendingRange range = range(d, claim, table("missing"), 2, 5);
    ((RedshiftBatch) range.batches().get(0)).stage();
    String key =
        warehouse.stagedKeys("missing").stream()
            .filter(k -> k.contains("/missing/0/") && k.contains("00002-"))
            .findFirst()
            .orElseThrow();
    warehouse.s3.view().remove("writeback", key);
    assertEquals(new Moved(2), commit(d, range));
    assertEquals(new Committed(5), commit(d, range(d, claim, table("missing"), 2, 5)));
    assertEquals("5|5", warehouse.counts("missing"));
  }

  @Test
  void anUploadWhoseAnswerIsLostIsRecognisedAsOurs() {
    Destination d = warehouse.destination("lostput");
    Claim claim = claim(d, tp("lostput", 0));
    var lost =
        warehouse.s3.faults().once(r -> r.is(S3Operation.PUT_OBJECT), new S3Fault.LostAnswer());
    assertEquals(new Committed(3), commit(d, range(d, claim, table("lostput"), 0, 3)));
    assertEquals(1, lost.fired());
    assertEquals("3|3", warehouse.counts("lostput"));
  }

  @Test
  void anOutageOfTheBucketIsRetriable() {
    Destination d = warehouse.destination("slow", "s3.request.timeout.ms", "5000");
    Claim claim = claim(d, tp("slow", 0));
    PendingRange range = range(d, claim, table("slow"), 0, 3);
    var down = warehouse.s3.faults().always(r -> r.is(S3Operation.PUT_OBJECT), S3Fault.slowDown());
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertEquals(Fault.RETRY, e.fault());
    down.disarm();
    assertEquals(new Committed(3), commit(d, range));
    assertEquals("3|3", warehouse.counts("slow"));
  }

  /** R9: a LOCK that travels with BEGIN has been seen not to wait. */
  @Test
  void beginAndLockTravelAloneAndComeBeforeEverythingElse() {
    Destination d = warehouse.destination("order");
    Claim claim = claim(d, tp("order", 0));
    commit(d, range(d, claim, table("order_rows"), 0, 1));
    List<String> seen = new CopyOnWriteArrayList<>();
    warehouse
        .redshift
        .faults()
        .always(
            call -> {
              seen.add(call.sql().strip());
              return false;
            },
            new RedshiftFault.DropBefore());
    commit(d, range(d, claim, table("order_rows"), 1, 2));
    int begin = seen.indexOf("BEGIN");
    assertTrue(begin >= 0, seen.toString());
    assertTrue(seen.get(begin + 1).startsWith("LOCK TABLE"), seen.toString());
    assertFalse(seen.get(begin + 1).contains(";"), seen.toString());
    assertEquals("COMMIT", seen.get(seen.size() - 1));
  }

  /** R3: somebody reads a control table in an open transaction. */
  @Test
  void whoStandsInTheWayOfALockIsNamed() throws Exception {
    Destination d = warehouse.destination("blocked", "redshift.lock.timeout.ms", "300");
    Claim claim = claim(d, tp("blocked", 0));
    String progress = "\"_wb_progress_" + Hash.of("blocked", "0", "blocked") + "\"";
    PendingRange range = range(d, claim, table("blocked"), 0, 2);
    try (Connection reader = warehouse.admin();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM " + progress).close();
      CompletableFuture<List<CommitOutcome>> waiting =
          CompletableFuture.supplyAsync(() -> d.commit(List.of(range)));
      // The limit is for the failure: without a bound the wait lasts until the reader is gone.
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS));
      FaultException fault = assertInstanceOf(FaultException.class, e.getCause());
      assertEquals(Fault.RETRY, fault.fault());
      assertTrue(fault.getMessage().matches("(?s).*process \\d+ of user.*"), fault.getMessage());
      reader.rollback();
    }
    assertEquals(new Committed(2), commit(d, range));
  }

  @Test
  void twoRowsForAPartitionStopEverything() throws Exception {
    Destination d = warehouse.destination("twins");
    Claim claim = claim(d, tp("twins", 0));
    String progress = "\"_wb_progress_" + Hash.of("twins", "0", "twins") + "\"";
    try (Connection admin = warehouse.admin();
        Statement statement = admin.createStatement()) {
      statement.execute("INSERT INTO " + progress + " SELECT * FROM " + progress);
    }
    FaultException e =
        assertThrows(
            FaultException.class, () -> d.commit(List.of(range(d, claim, table("twins"), 0, 1))));
    assertEquals(Fault.FATAL, e.fault());
  }

  /** R2: an old epoch alone does not make an orphan. */
  @Test
  void aClaimDeletesOldObjectsThatNobodyRegistered() {
    Destination d = warehouse.destination("orphans");
    TopicPartition tp = tp("orphans", 0);
    Claim first = claim(d, tp);
    Target target = table("orphans");
    commit(d, Warehouse.staged(d, first, target, "s1", 0, 3, 1));
    PendingRange abandoned = range(d, first, target, 3, 5);
    ((RedshiftBatch) abandoned.batches().get(0)).stage();
    String own = "writeback/orphans/orphans/0/";
    assertEquals(2, warehouse.s3.view().keys("writeback", own).size());
    claim(d, tp);
    Await.until("the orphan to go", () -> warehouse.s3.view().keys("writeback", own).size() == 1);
    assertEquals(
        warehouse.s3.view().keys("writeback", own),
        warehouse.rows(
            "SELECT object_key FROM \"" + "_wb_staged_" + Hash.of("public", "orphans") + "\""));
  }

  @Test
  void loadedObjectsAreDeleted() {
    Destination d = warehouse.destination("swept");
    Claim claim = claim(d, tp("swept", 0));
    commit(d, range(d, claim, table("swept"), 0, 3));
    Await.until("the objects to go", () -> warehouse.stagedKeys("swept").isEmpty());
  }

  @Test
  void discardedBatchesLeaveNothingBehind() {
    Destination d = warehouse.destination("dropped", "staging.part.bytes", "65536");
    Claim claim = claim(d, tp("dropped", 0));
    TableBatch batch = d.newBatch(claim, 0, table("dropped"), Optional.empty());
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      batch.add(
          row(claim.partition(), i, value(i, Long.toString(random.nextLong(), 36).repeat(20))));
    }
    assertTrue(batch.heapBytes() > 0);
    batch.discard();
    batch.discard();
    Await.until("the heap to be free", () -> batch.heapBytes() == 0);
    Await.until("the objects to go", () -> warehouse.stagedKeys("dropped").isEmpty());
  }

  @Test
  void fullPartsAreUploadedWhileTheBatchGrowsAndLandInOneCopy() {
    Destination d = warehouse.destination("parts", "staging.part.bytes", "65536");
    Claim claim = claim(d, tp("parts", 0));
    TableBatch batch = d.newBatch(claim, 0, table("parts"), Optional.empty());
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      batch.add(row(claim.partition(), i, value(i, new BigInteger(1600, random).toString(36))));
    }
    List<String> copies = new CopyOnWriteArrayList<>();
    warehouse
        .redshift
        .faults()
        .always(
            call -> {
              if (RedshiftCall.copy().test(call)) {
                copies.add(call.sql());
              }
              return false;
            },
            new RedshiftFault.DropBefore());
    assertEquals(new Committed(3000), commit(d, range(claim, 0, 3000, batch)));
    assertEquals("3000|3000", warehouse.counts("parts"));
    assertEquals(1, copies.size());
    assertTrue(batch.encodedBytes() > 600_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "none", "zstd"})
  void everyCompressionIsReadBack(String compression) {
    Destination d = warehouse.destination("z" + compression, "staging.compression", compression);
    Claim claim = claim(d, tp("z" + compression, 0));
    commit(d, range(d, claim, table("z" + compression), 0, 100));
    assertEquals("100|100", warehouse.counts("z" + compression));
  }

  @Test
  void copyByKeysWorksAndTheKeysStayOutOfMessages() {
    Destination d = warehouse.destination("bykeys", "redshift.iam.role", "");
    Claim claim = claim(d, tp("bykeys", 0));
    assertEquals(new Committed(3), commit(d, range(d, claim, table("bykeys"), 0, 3)));
    PendingRange range = range(d, claim, table("bykeys"), 3, 4);
    warehouse
        .redshift
        .faults()
        .once(
            RedshiftCall.copy(),
            new RedshiftFault.Raise("42601", "syntax near local/secret+of/the-stand-in", ""));
    FaultException e = assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertFalse(e.toString().contains("secret+of"), e.toString());
    assertNull(e.getCause());
  }
}
