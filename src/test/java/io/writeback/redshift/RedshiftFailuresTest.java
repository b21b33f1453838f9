package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static io.writeback.redshift.Warehouse.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Failures between a task, the bucket and the warehouse. The whole table, with the test of each
 * row, is in src/docs/redshift-failures.md.
 */
class RedshiftFailuresTest extends WarehouseScenario {
  private static CommitOutcome commit(Destination d, PendingRange range) {
    return d.commit(List.of(range)).get(0);
  }

  private static List<String> objects(String name) {
    return warehouse.s3.view().keys("writeback", "writeback/" + name + "/" + name + "/0/");
  }

  @Test
  @DisplayName("zombie after a rebalance, not yet in its transaction")
  void aZombieThatComesLateIsFencedAndItsObjectsAreItsOwn() {
    Destination old = warehouse.destination("late");
    Claim lost = claim(old, "late");
    PendingRange zombies = range(old, lost, table("late"), 0, 5);
    ((RedshiftBatch) zombies.batches().get(0)).stage();
    Destination young = warehouse.destination("late");
    Claim taken = claim(young, "late");
    PendingRange ours = range(young, taken, table("late"), 0, 3);
    ((RedshiftBatch) ours.batches().get(0)).stage();
    assertInstanceOf(Fenced.class, commit(old, zombies));
    assertEquals(new Committed(3), commit(young, ours));
    assertEquals("3|3", warehouse.counts("late"));
  }

  @Test
  @DisplayName("zombie already in COPY: its successor waits, and goes on behind it")
  void aSuccessorWaitsForTheCopyOfAZombieAndGoesOnBehindIt() throws Exception {
    Destination old = warehouse.destination("incopy");
    Claim lost = claim(old, "incopy");
    PendingRange zombies = range(old, lost, table("incopy"), 0, 5);
    CountDownLatch released = new CountDownLatch(1);
    var hang =
        warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(released));
    CompletableFuture<CommitOutcome> zombie =
        CompletableFuture.supplyAsync(() -> commit(old, zombies));
    Await.until("the zombie to be in COPY", () -> hang.fired() == 1);
    Destination young = warehouse.destination("incopy");
    CompletableFuture<Claim> successor =
        CompletableFuture.supplyAsync(() -> claim(young, "incopy"));
    Await.until(
        "the successor to wait for the lock",
        () -> !warehouse.one("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0"));
    assertFalse(successor.isDone());
    released.countDown();
    assertEquals(new Committed(5), zombie.get());
    Claim taken = successor.get();
    assertEquals(OptionalLong.of(5), taken.position());
    assertEquals(new Committed(8), commit(young, range(young, taken, table("incopy"), 5, 8)));
    assertEquals("8|8", warehouse.counts("incopy"));
  }

  @Test
  @DisplayName("answer to COMMIT lost, not committed: the same objects again, without an upload")
  void aCommitThatDidNotTakePlaceIsRepeatedWithoutAnUpload() {
    Destination d = warehouse.destination("noupload");
    Claim claim = claim(d, "noupload");
    PendingRange range = range(d, claim, table("noupload"), 0, 5);
    var puts =
        warehouse
            .s3
            .faults()
            .always(
                r -> r.is(S3Operation.PUT_OBJECT) && r.key().contains("/noupload/0/"),
                new S3Fault.Delay(Duration.ZERO));
    warehouse.redshift.faults().once(RedshiftCall.commit(), new RedshiftFault.DropBefore());
    assertEquals(new Committed(5), commit(d, range));
    assertEquals(1, puts.fired());
    assertEquals("5|5", warehouse.counts("noupload"));
  }

  @Test
  @DisplayName("crash after the upload: orphans go, and only after the claim is committed")
  void orphansGoOnlyWhenTheClaimIsCommitted() {
    Destination d = warehouse.destination("orphaned");
    Claim claim = claim(d, "orphaned");
    PendingRange abandoned = range(d, claim, table("orphaned"), 0, 5);
    ((RedshiftBatch) abandoned.batches().get(0)).stage();
    assertEquals(1, objects("orphaned").size());
    Destination next = warehouse.destination("orphaned");
    warehouse.redshift.faults().once(RedshiftCall.commit(), new RedshiftFault.DropBefore());
    assertThrows(FaultException.class, () -> claim(next, "orphaned"));
    next.close();
    assertEquals(1, objects("orphaned").size(), "the old owner may still commit them");
    Destination third = warehouse.destination("orphaned");
    claim(third, "orphaned");
    Await.until("the orphan to go", () -> objects("orphaned").isEmpty());
  }

  @Test
  @DisplayName("an upload that was repeated finds its object: same content is success, else stop")
  void anObjectThatIsThereAlreadyHasToBeOurs() {
    try (RedshiftParts parts =
        RedshiftParts.of(new RedshiftSinkConfig(warehouse.config("twice")))) {
      byte[] ours = "ours".getBytes(StandardCharsets.UTF_8);
      parts.stage().put("writeback/twice/key", ours);
      parts.stage().put("writeback/twice/key", ours);
      byte[] other = "hers".getBytes(StandardCharsets.UTF_8);
      FaultException e =
          assertThrows(FaultException.class, () -> parts.stage().put("writeback/twice/key", other));
      assertEquals(Fault.FATAL, e.fault());
      assertTrue(e.getMessage().contains("other content than ours"), e.getMessage());
    }
  }

  @Test
  @DisplayName("target dropped by hand: made again, the position is not set back")
  void aTargetDroppedByHandIsMadeAgainAndThePositionStays() {
    Destination d = warehouse.destination("gonetarget");
    Claim claim = claim(d, "gonetarget");
    commit(d, range(d, claim, table("gonetarget"), 0, 5));
    warehouse.execute("DROP TABLE gonetarget");
    PendingRange range = range(d, claim, table("gonetarget"), 5, 9);
    FaultException e = assertThrows(FaultException.class, () -> commit(d, range));
    assertEquals(Fault.RETRY, e.fault(), e.getMessage());
    assertEquals(new Committed(9), commit(d, range));
    assertEquals("4|4", warehouse.counts("gonetarget"));
  }

  @Test
  @DisplayName("target altered by hand: a column that is gone is added again")
  void aColumnDroppedByHandIsAddedAgain() {
    Destination d = warehouse.destination("altered");
    Claim claim = claim(d, "altered");
    commit(d, range(d, claim, table("altered"), 0, 2));
    warehouse.execute("ALTER TABLE altered DROP COLUMN name");
    PendingRange range = range(d, claim, table("altered"), 2, 4);
    assertThrows(FaultException.class, () -> commit(d, range));
    assertEquals(new Committed(4), commit(d, range));
    assertEquals(
        List.of("0|null", "1|null", "2|row 2", "3|row 3"),
        warehouse.rows("SELECT id, name FROM altered ORDER BY id"));
  }

  /** R9: where the lock has not kept somebody out, the guard of the UPDATE does. */
  @Test
  @DisplayName("the progress row changes although it is locked")
  void aPositionThatMovesUnderTheLockIsAConflict() {
    String progress = "\"_wb_progress_" + Hash.of("guarded", "0", "guarded") + "\"";
    Destination d =
        warehouse.destination(
            "guarded", "redshift.sql.before", "UPDATE " + progress + " SET next_offset = 77");
    Claim claim = claim(d, "guarded");
    FaultException e =
        assertThrows(
            FaultException.class, () -> commit(d, range(d, claim, table("guarded"), 0, 5)));
    assertEquals(Fault.RETRY, e.fault());
    assertTrue(e.getMessage().contains("conflict with concurrent transaction"), e.getMessage());
    assertEquals("0", warehouse.one("SELECT count(*) FROM guarded"));
    assertEquals(OptionalLong.of(0), claim(warehouse.destination("guarded"), "guarded").position());
  }

  /** R3: a column added in the transaction would keep all readers out until the COPY ends. */
  @Test
  @DisplayName("readers of the target while a column was added and a COPY runs")
  void aNewColumnHoldsNoReaderUpWhileTheCopyRuns() throws Exception {
    Destination d = warehouse.destination("readable");
    Claim claim = claim(d, "readable");
    commit(d, range(d, claim, table("readable"), 0, 2));
    Schema more =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("added", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    TableBatch batch = d.newBatch(claim, 2, table("readable"), Optional.empty());
    batch.add(row(claim.partition(), 2, new Struct(more).put("id", 2L).put("added", "x")));
    CountDownLatch released = new CountDownLatch(1);
    var hang =
        warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(released));
    CompletableFuture<CommitOutcome> running =
        CompletableFuture.supplyAsync(() -> commit(d, Warehouse.range(claim, 2, 3, batch)));
    Await.until("the COPY", () -> hang.fired() == 1);
    try (Connection reader = warehouse.admin();
        Statement statement = reader.createStatement()) {
      statement.execute("SET lock_timeout TO 5000");
      try (var rows = statement.executeQuery("SELECT count(added), count(*) FROM readable")) {
        assertTrue(rows.next());
        assertEquals("0|2", rows.getString(1) + "|" + rows.getString(2));
      }
    } finally {
      released.countDown();
    }
    assertEquals(new Committed(3), running.get(60, TimeUnit.SECONDS));
  }

  @Test
  @DisplayName("COPY manifests that a crash has left")
  void oldCopyManifestsGoAndYoungOnesStay() {
    Destination d = warehouse.destination("manifests");
    String prefix = new ObjectKeys("writeback", "manifests").manifests();
    try (RedshiftParts parts =
        RedshiftParts.of(new RedshiftSinkConfig(warehouse.config("manifests")))) {
      parts.stage().put(prefix + "old.manifest", new byte[] {1});
      parts.stage().put(prefix + "young.manifest", new byte[] {1});
    }
    warehouse.s3.view().age("writeback", prefix + "old.manifest", Duration.ofHours(25));
    claim(d, "manifests");
    Await.until(
        "the old manifest to go",
        () ->
            warehouse
                .s3
                .view()
                .keys("writeback", prefix)
                .equals(List.of(prefix + "young.manifest")));
  }

  /** The documentation leaves it open whether a line feed in quotes counts. */
  @Test
  @DisplayName("load errors that number records instead of lines")
  void badRowsAreTracedHoweverTheWarehouseCountsLines() throws Exception {
    try (Warehouse counting = new Warehouse(RedshiftSettings.builder().linesAreRecords(true))) {
      for (Warehouse each : List.of(warehouse, counting)) {
        each.execute("CREATE TABLE counted (id SMALLINT, name VARCHAR(200))");
        each.execute("GRANT ALL ON counted TO " + each.redshift.user());
        Destination d = each.destination("counted");
        Claim claim = d.claim(new TopicPartition("counted", 0), OptionalLong.of(0));
        TableBatch batch = d.newBatch(claim, 0, table("counted"), Optional.empty());
        for (int i = 0; i < 8; i++) {
          batch.add(row(claim.partition(), i, value(i == 5 ? 70_000 : i, "a\nb\n\"c\"")));
        }
        Rejected rejected =
            assertInstanceOf(Rejected.class, commit(d, Warehouse.range(claim, 0, 8, batch)));
        assertEquals(List.of(5L), rejected.rows().stream().map(RejectedRow::offset).toList());
      }
    }
  }
}
