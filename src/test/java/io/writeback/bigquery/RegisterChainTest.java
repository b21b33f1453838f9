package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.ErrorProto;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The chain of registers. Owner A may be a zombie: it has been replaced and does not know. Numbers
 * such as L3 name findings of the delivery design.
 */
class RegisterChainTest {
  private final JobService service = new JobService();

  private ChainOwner owner(String... routes) {
    return new ChainOwner(service, List.of(routes), Optional.empty());
  }

  private List<String> rows(int from, int to) {
    List<String> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add("{\"id\":" + i + "}");
    }
    return rows;
  }

  @Test
  void aRangeOfOneTableIsOneLoadJob() {
    ChainOwner a = owner("x", "x", "x");
    assertEquals(new Committed(2), a.commitTo(2));
    assertEquals(new Committed(3), a.commitTo(3));
    assertEquals(rows(0, 3), service.table("x"));
    assertEquals(2, service.jobs.size());
    ChainOwner b = owner("x", "x", "x");
    assertEquals(3, b.position());
    assertEquals(2, b.chain().head());
  }

  @Test
  void theWalkStartsAtTheHint() {
    ChainOwner a = owner("x", "x", "x");
    a.commitTo(1);
    a.commitTo(2);
    a.commitTo(3);
    service.calls.clear();
    ChainOwner b =
        new ChainOwner(service, List.of("x", "x", "x"), Optional.of(new Ledger.Hint(1, 2)));
    assertEquals(3, b.position());
    assertEquals(2, service.calls.size(), "R(2) and the empty R(3)");
  }

  @Test
  void l5TheHintIsTrustedWhenItsJobHasBeenForgotten() {
    ChainOwner b =
        new ChainOwner(service, List.of("x", "x", "x"), Optional.of(new Ledger.Hint(41, 2)));
    assertEquals(2, b.position());
    assertEquals(new Committed(3), b.commitTo(3));
    assertTrue(service.jobs.containsKey(ChainOwner.ids(0).register(42)));
  }

  @Test
  void l1ARangeWithoutRowsIsInTheChainToo() {
    ChainOwner a = owner("-", "x");
    assertEquals(new Committed(1), a.commitTo(1));
    ChainOwner b = owner("-", "x");
    assertEquals(1, b.position());
    b.commitTo(2);
    assertEquals(new Moved(2), a.commitTo(2), "adopts");
    assertEquals(rows(1, 2), service.table("x"));
  }

  @Test
  void l1TwoOwnersWithOneEmptyPrefix() {
    ChainOwner a = owner("-", "x");
    ChainOwner b = owner("-", "x");
    a.commitTo(1);
    assertEquals(new Moved(1), b.commitTo(2), "R(0) is A's, and ends before");
    a.commitTo(2);
    assertEquals(new Moved(2), b.commitTo(2));
    assertEquals(rows(1, 2), service.table("x"));
  }

  @Test
  void l2TablesOfOneRangeHangOnOneRegister() {
    ChainOwner a = owner("x", "x", "y");
    ChainOwner b = owner("x", "x", "y");
    a.commitTo(2);
    assertEquals(new Moved(2), b.commitTo(3));
    a.commitTo(3);
    assertEquals(new Moved(3), b.commitTo(3));
    assertEquals(rows(0, 2), service.table("x"));
    assertEquals(rows(2, 3), service.table("y"));
  }

  @Test
  void l3ALoserAdoptsAShorterRange() {
    ChainOwner a = owner("x", "x", "x");
    ChainOwner b = owner("x", "x", "x");
    b.commitTo(1);
    assertEquals(new Moved(1), a.commitTo(3));
    assertEquals(new Committed(3), a.commitTo(3));
    assertEquals(rows(0, 3), service.table("x"));
  }

  @Test
  void l3ALoserAdoptsALongerRange() {
    ChainOwner a = owner("x", "x", "x");
    ChainOwner b = owner("x", "x", "x");
    b.commitTo(3);
    assertEquals(new Moved(3), a.commitTo(1));
    assertEquals(rows(0, 3), service.table("x"));
  }

  @Test
  void aLostAcknowledgementIsLookedUp() {
    ChainOwner a = owner("x");
    service.after = losing("upload");
    assertEquals(new Committed(1), a.commitTo(1));
    assertEquals(rows(0, 1), service.table("x"));
  }

  @Test
  void anUploadThatNeverArrivedIsRepeated() {
    ChainOwner a = owner("x");
    service.before = losing("upload");
    FaultException fault = assertThrows(FaultException.class, () -> a.commitTo(1));
    assertEquals(Fault.RETRY, fault.fault());
    assertEquals(new Committed(1), a.commitTo(1));
    assertEquals(rows(0, 1), service.table("x"));
  }

  @Test
  void aLateUploadThatArrivesAfterAllIsOurs() {
    ChainOwner a = owner("x");
    service.before = losing("upload");
    assertThrows(FaultException.class, () -> a.commitTo(1));
    service.before = call -> {};
    // The first request arrives now; the repetition finds it.
    a.step(new Random(1));
    a.step(new Random(1));
    assertEquals(rows(0, 1), service.table("x"));
  }

  @Test
  void l5AJobThatMayNotBeReadIsNoGap() {
    owner("x", "x").commitTo(1);
    service.unreadable.put(ChainOwner.ids(0).register(0), 403);
    FaultException fault = assertThrows(FaultException.class, () -> owner("x", "x"));
    assertEquals(Fault.CONFIGURATION, fault.fault());
    assertTrue(fault.getMessage().contains("Grant"), fault.getMessage());
  }

  @Test
  void l7APendingJobOfADeadOwnerIsWaitedFor() {
    service.born = "PENDING";
    FaultException fault = assertThrows(FaultException.class, () -> owner("x", "x").commitTo(1));
    assertEquals(Fault.RETRY, fault.fault());
    assertTrue(fault.getMessage().contains("bigquery.job.timeout.ms"), fault.getMessage());
    service.after = call -> service.jobs.values().forEach(job -> job.getStatus().setState("DONE"));
    ChainOwner b = owner("x", "x");
    assertEquals(1, b.position());
  }

  @Test
  void l7RowsThatDidNotComeOutAreFatal() {
    ChainOwner a = owner("x", "x");
    service.after =
        call ->
            service.jobs.values().forEach(job -> job.getStatistics().getLoad().setOutputRows(1L));
    FaultException fault = assertThrows(FaultException.class, () -> a.commitTo(2));
    assertEquals(Fault.FATAL, fault.fault());
    assertTrue(fault.getMessage().contains("given 2 rows"), fault.getMessage());
  }

  @Test
  void aFailedLoadFoldsIntoTheChain() {
    ErrorProto refusal =
        new ErrorProto()
            .setReason("invalid")
            .setMessage(
                "Error while reading data, error message: JSON parsing error in row starting at"
                    + " position 9: Couldn't convert value to integer. Field: id; Value: s3cret");
    service.refuses = lines -> lines.contains("{\"id\":1}") ? refusal : null;
    ChainOwner a = owner("x", "x", "x");
    Rejected rejected = assertInstanceOf(Rejected.class, a.commitTo(3));
    assertEquals(1, rejected.rows().get(0).offset());
    assertTrue(!rejected.rows().get(0).reason().contains("s3cret"));
    assertEquals(new Committed(3), a.commitTo(3));
    assertEquals(List.of("{\"id\":0}", "{\"id\":2}"), service.table("x"));
    assertEquals(2, a.chain().head());
    assertEquals(3, owner("x", "x", "x").position());
  }

  @Test
  void aFailureOfTheServiceFoldsIntoTheChainToo() {
    ErrorProto refusal = new ErrorProto().setReason("backendError").setMessage("try again");
    service.refuses = lines -> service.jobs.isEmpty() ? refusal : null;
    ChainOwner a = owner("x");
    FaultException fault = assertThrows(FaultException.class, () -> a.commitTo(1));
    assertEquals(Fault.RETRY, fault.fault());
    assertEquals(new Committed(1), a.commitTo(1));
    assertEquals(rows(0, 1), service.table("x"));
  }

  @Test
  void aRegisterOfADeadOwnerIsCompletedWithExactlyItsRange() {
    ChainOwner a = owner("x", "y", "x", "y");
    service.before = losing("upload");
    assertThrows(FaultException.class, () -> a.commitTo(3));
    service.before = call -> {};
    ChainOwner b = owner("x", "y", "x", "y");
    assertEquals(0, b.position());
    assertEquals(OptionalLong.of(3), b.chain().nextEnd());
    assertEquals(new Committed(3), b.commitTo(3));
    assertEquals(OptionalLong.empty(), b.chain().nextEnd());
    assertEquals(new Committed(4), b.commitTo(4));
    assertEquals(2, service.table("x").size());
    assertEquals(2, service.table("y").size());
    assertEquals(new Committed(3), a.commitTo(3), "the zombie finds the loads of its range");
    assertEquals(new Moved(4), a.commitTo(4));
    assertEquals(2, service.table("y").size());
  }

  @Test
  void anotherRangeThanTheRegistersIsRefused() {
    ChainOwner a = owner("x", "y", "x", "y");
    service.before = losing("upload");
    assertThrows(FaultException.class, () -> a.commitTo(3));
    service.before = call -> {};
    ChainOwner b = owner("x", "y", "x", "y");
    FaultException fault = assertThrows(FaultException.class, () -> b.commitTo(4));
    assertEquals(Fault.FATAL, fault.fault());
  }

  @Test
  void aNewGenerationStopsAZombieOfTheOldOne() {
    ChainOwner a = owner("x", "x");
    a.commitTo(1);
    ChainOwner old = owner("x", "x");
    old.chain().end();
    assertInstanceOf(Fenced.class, a.commitTo(2));
    assertEquals(rows(0, 1), service.table("x"));
    assertTrue(owner("x", "x").chain().isEnded());
    owner("x", "x").chain().end();
    assertEquals(2, service.jobs.size(), "ended once");
  }

  /** The next such call breaks, once. */
  private JobService.Hook losing(String part) {
    boolean[] lost = {false};
    return call -> {
      if (!lost[0] && service.calls.get(call - 1).contains(part)) {
        lost[0] = true;
        throw new IOException("connection reset");
      }
    };
  }
}
