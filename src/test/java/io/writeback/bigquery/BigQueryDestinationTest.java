package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.Await;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Append through the real client: rows that go straight to their tables. */
class BigQueryDestinationTest extends BigQueryScenario {
  private BigQueryRig rig() {
    return rig(Map.of());
  }

  @Test
  void aNewPartitionStartsWhereKafkaStands() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(OptionalLong.empty(), claim.position());
    assertEquals(new Committed(7), rig.commit(rig.range(claim, 5, "a", "b")));
    assertEquals(List.of("a", "b"), rig.notes());
    assertEquals(OptionalLong.of(7), rig().claim().position());
  }

  @Test
  void textStaysAsItIs() {
    BigQueryRig rig = rig();
    String nasty = "\"q\", 'x'\n\r\n\t\\ 😀 \u0001 ,;|";
    rig.commit(rig.range(rig.claim(), 0, "", "null", nasty, "007", "-", "=1+1", " "));
    assertEquals(List.of("", "null", nasty, "007", "-", "=1+1", " "), rig.notes());
  }

  @Test
  void theHintIsWrittenOffTheCommitPathAndShortensTheWalk() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    for (int i = 0; i < 5; i++) {
      assertEquals(new Committed(i + 1), rig.commit(rig.range(claim, i, "n" + i)));
    }
    rig.close();
    long before = standIn.calls("jobs.get");
    assertEquals(OptionalLong.of(5), rig().claim().position());
    assertTrue(standIn.calls("jobs.get") - before < 10, "walks only a little");
  }

  @Test
  void l3AZombieAdoptsWhatItsSuccessorWrote() {
    BigQueryRig rig = rig();
    Claim zombie = rig.claim();
    BigQueryRig other = rig();
    Claim successor = other.claim();
    assertEquals(new Committed(1), other.commit(other.range(successor, 0, "a")));
    assertEquals(new Moved(1), rig.commit(rig.range(zombie, 0, "a", "b", "c")));
    assertEquals(new Committed(3), other.commit(other.range(successor, 1, "b", "c")));
    assertEquals(new Moved(3), rig.commit(rig.range(zombie, 1, "b")));
    assertEquals(List.of("a", "b", "c"), rig.notes());
  }

  /** Without a second attempt, which would find the job in any case. */
  @Test
  void l8ALostAcknowledgementOfAnUploadIsLookedUp() {
    standIn.faults().once(call -> call.is("upload.start"), new BigQueryFault.AnswerLost());
    BigQueryRig rig = rig();
    PendingRange range = rig.range(rig.claim(), 0, "a", "b");
    assertEquals(List.of(new Committed(2)), rig.destination.commit(List.of(range)));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @Test
  void anUploadThatWasCutIsRepeated() {
    standIn.faults().once(call -> call.is("upload.start"), new BigQueryFault.CutBefore());
    BigQueryRig rig = rig();
    assertEquals(new Committed(2), rig.commit(rig.range(rig.claim(), 0, "a", "b")));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @Test
  void aFailedJobFoldsIntoTheChain() {
    standIn
        .faults()
        .once(
            job -> job.is("job.effect") && job.mentions("load"),
            new BigQueryFault.JobFails("backendError", "try again"));
    BigQueryRig rig = rig();
    assertEquals(new Committed(2), rig.commit(rig.range(rig.claim(), 0, "a", "b")));
    assertEquals(List.of("a", "b"), rig.notes());
    rig.close();
    assertEquals(OptionalLong.of(2), rig().claim().position());
  }

  @Test
  void l7AJobOfADeadOwnerThatRunsIsWaitedFor() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    standIn
        .faults()
        .once(
            job -> job.is("job.start") && job.mentions("load"), new BigQueryFault.JobHeld(release));
    BigQueryRig impatient = rig(Map.of("bigquery.job.timeout.ms", "2000"));
    PendingRange range = impatient.range(impatient.claim(), 0, "a");
    FaultException fault =
        assertThrows(FaultException.class, () -> impatient.destination.commit(List.of(range)));
    assertEquals(Fault.RETRY, fault.fault());
    BigQueryRig other = rig();
    long before = standIn.calls("jobs.get");
    CompletableFuture<OptionalLong> claimed =
        CompletableFuture.supplyAsync(() -> other.claim().position());
    Await.until("the claim asks for the job", () -> standIn.calls("jobs.get") > before + 3);
    release.countDown();
    assertEquals(OptionalLong.of(1), claimed.get(60, TimeUnit.SECONDS));
    assertEquals(List.of("a"), other.notes());
  }

  @Test
  void l1RangesWithoutRowsMoveThePosition() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(new Committed(3), rig.commit(rig.range(claim, 0, new String[3])));
    assertEquals(new Committed(4), rig.commit(rig.range(claim, 3, "x")));
    rig.close();
    assertEquals(OptionalLong.of(4), rig().claim().position());
    assertEquals(List.of("x"), rig.notes());
  }

  @Test
  void l2SeveralTablesHangOnOneRegister() {
    Target second = new Target(BigQueryRig.DATASET, "second");
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    standIn
        .faults()
        .once(
            job ->
                job.is("job.effect")
                    && job.path().equalsIgnoreCase("load")
                    && job.mentions("second"),
            new BigQueryFault.JobFails("backendError", "try again"));
    PendingRange x = rig.range(claim, 0, "a");
    PendingRange y = rig.range(claim, 1, second, "b");
    PendingRange both =
        new PendingRange(claim, 0, 2, concat(x.batches(), y.batches()), Map.of(), List.of());
    assertThrows(FaultException.class, () -> rig.destination.commit(List.of(both)));

    BigQueryRig other = rig();
    Claim successor = other.claim();
    assertEquals(OptionalLong.of(0), successor.position());
    assertEquals(OptionalLong.of(2), successor.nextEnd());
    PendingRange again =
        new PendingRange(
            successor,
            0,
            2,
            concat(
                other.range(successor, 0, "a").batches(),
                other.range(successor, 1, second, "b").batches()),
            Map.of(),
            List.of());
    assertEquals(new Committed(2), other.commit(again));
    assertEquals(new Committed(2), rig.commit(both), "the zombie finds it done");
    assertEquals(List.of("a"), other.notes());
    assertEquals(List.of("b"), other.column("note", second));
  }

  private static List<TableBatch> concat(List<TableBatch> a, List<TableBatch> b) {
    List<TableBatch> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }

  @Test
  void rowsThatTheTableRefusesAreNamed() {
    BigQueryRig rig = rig();
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE " + BigQueryRig.DATASET + ".orders (id INT64, note DATE)"));
    Claim claim = rig.claim();
    CommitOutcome outcome = rig.commit(rig.range(claim, 10, "2026-11-20", "s3cret", "2026-11-21"));
    Rejected rejected = assertInstanceOf(Rejected.class, outcome);
    assertEquals(11, rejected.rows().get(0).offset());
    assertTrue(!rejected.rows().get(0).reason().contains("s3cret"), rejected.toString());
    assertEquals(
        new Committed(13), rig.commit(rig.range(claim, 10, "2026-11-20", null, "2026-11-21")));
    assertEquals(List.of("10", "12"), rig.ids());
  }

  @Test
  void l5AJobOfAnotherAccountFailsWithTheGrant() {
    BigQueryRig rig = rig();
    rig.commit(rig.range(rig.claim(), 0, "a"));
    standIn
        .faults()
        .always(
            call -> call.is("jobs.get") && !call.jobId().startsWith("wb-query"),
            new BigQueryFault.Refused(403, "accessDenied", "Access Denied: Job"));
    FaultException fault = assertThrows(FaultException.class, () -> rig().claim());
    assertEquals(Fault.CONFIGURATION, fault.fault());
    assertTrue(fault.getMessage().contains("Grant"), fault.getMessage());
  }

  @Test
  void aNewGenerationStartsOverAndStopsTheOldOne() {
    BigQueryRig rig = rig();
    Claim zombie = rig.claim();
    rig.commit(rig.range(zombie, 0, "a"));
    BigQueryRig next = rig(Map.of("delivery.generation", "1"));
    Claim claim = next.claim();
    assertEquals(OptionalLong.empty(), claim.position());
    assertInstanceOf(Fenced.class, rig.commit(rig.range(zombie, 1, "b")));
    assertEquals(new Committed(1), next.commit(next.range(claim, 0, "again")));
    assertThrows(FaultException.class, () -> rig().claim(), "the old generation is over");
  }

  @Test
  void columnsAreAdded() {
    BigQueryRig rig = rig();
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE " + BigQueryRig.DATASET + ".orders (ID INT64)"));
    rig.commit(rig.range(rig.claim(), 0, "a"));
    assertEquals(List.of("a"), rig.notes());
    assertEquals(
        List.of("ID", "note"),
        rig.tables.columns(ORDERS).orElseThrow().stream().map(f -> f.getName()).toList());
  }

  @Test
  void partitionsAreCommittedApart() {
    assertEquals("orders-0", rig().destination.commitGroup(TP));
  }
}
