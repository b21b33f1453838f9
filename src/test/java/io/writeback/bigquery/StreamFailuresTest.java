package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.Code;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may fail while rows are streamed exactly once: afterwards every row is there once. */
class StreamFailuresTest extends AppendFailuresTest {
  StreamFailuresTest() {
    super(streams());
  }

  @Test
  void aCrashAfterTheAcknowledgementBeforeKafkaKnows() {
    commit(1, 4);
    next();
    commit(0, 6);
    expect(6);
  }

  @Test
  void aCrashBeforeTheAcknowledgement() {
    FaultPlan.Handle lost =
        standIn.storageFaults().always(c -> c.is("AppendRows"), new StorageFault.LoseAnswer());
    assertThrows(FaultException.class, () -> once(1, 4));
    assertTrue(lost.fired() > 0);
    lost.disarm();
    next();
    commit(0, 6);
    expect(6);
  }

  @Test
  void aLostAcknowledgement() {
    overcome(storage("AppendRows", new StorageFault.LoseAnswer()));
  }

  @Test
  void anAppendBeyondItsDeadline() {
    overcome(storage("AppendRows", refuse(Status.DEADLINE_EXCEEDED)));
  }

  @Test
  void aConnectionThatTheServiceAborts() {
    overcome(storage("AppendRows", refuse(Status.ABORTED)));
  }

  @Test
  void theQuotaOfThroughput() {
    overcome(storage("AppendRows", refuse(Status.RESOURCE_EXHAUSTED)));
  }

  @Test
  void theQuotaOfStreamCreation() {
    next();
    FaultPlan.Handle quota = storage("CreateWriteStream", refuse(Status.RESOURCE_EXHAUSTED));
    commit(0, 4);
    assertEquals(1, quota.fired());
    expect(4);
  }

  @Test
  void aTableThatWasJustMadeLooksForbidden() {
    next();
    storage("CreateWriteStream", refuse(Status.PERMISSION_DENIED));
    FaultException masked = assertThrows(FaultException.class, () -> once(0, 4));
    assertEquals(Fault.CONFIGURATION, masked.fault());
    commit(0, 4);
    expect(4);
  }

  @Test
  void aZombieAfterARebalance() {
    BigQueryRig zombie = rig;
    Claim old = claim;
    next();
    assertInstanceOf(Fenced.class, zombie.commit(zombie.range(old, 1, "z")));
    commit(0, 3);
    expect(3);
  }

  @Test
  void aCrashBetweenMakingAStreamAndWritingItDown() {
    next();
    FaultPlan.Handle cut =
        standIn
            .faults()
            .always(
                c -> c.is("jobs.insert") && c.mentions("wb-stream-"),
                new BigQueryFault.CutBefore());
    assertThrows(FaultException.class, () -> once(0, 3));
    assertTrue(cut.fired() > 0);
    cut.disarm();
    next();
    commit(0, 3);
    expect(3);
  }

  @Test
  void aStreamThatHasExpired() {
    FaultPlan.Handle gone = storage("FinalizeWriteStream", refuse(Status.NOT_FOUND));
    next();
    assertEquals(1, gone.fired());
    commit(0, 3);
    expect(3);
  }

  @Test
  void aStreamThatExpiresWhileItIsUsed() {
    FaultPlan.Handle gone = storage("AppendRows", refuse(Status.NOT_FOUND));
    commit(1, 3);
    assertEquals(1, gone.fired());
    expect(3);
  }

  @Test
  void anAppendThatIsCalledFailedAndHasLanded() {
    overcome(storage("AppendRows", new StorageFault.FailYetLand(status(Code.INTERNAL))));
  }

  @Test
  void aLedgerThatIsGone() {
    rig.queries.execute(SqlStatement.of("DROP TABLE sales.__wb_streams"));
    for (int attempt = 0; attempt < 2; attempt++) {
      FaultException lost = assertThrows(FaultException.class, this::next);
      assertEquals(Fault.CONFIGURATION, lost.fault());
      assertTrue(lost.getMessage().contains("__wb_streams"), lost.getMessage());
    }
    // The operator decides where it goes on.
    assertTrue(
        new BigQuerySinkConnector()
            .alterOffsets(BigQueryRig.config(standIn, streams()), Map.of(TP, 1L)));
    next();
    assertEquals(OptionalLong.of(1), claim.position());
    commit(1, 3);
    expect(3);
  }

  @Test
  void rowsBelowTheMarkThatAUserHasDeleted() {
    rig.destination.release(claim);
    rig.queries.execute(SqlStatement.of("DELETE FROM sales.orders WHERE id = 0"));
    next();
    assertEquals(OptionalLong.of(1), claim.position());
    commit(1, 2);
    assertEquals(List.of("1"), rig.ids());
  }

  /** The ledger is written and read by REST. */
  @ParameterizedTest
  @MethodSource("outages")
  void anOutageOfTheRestHalf(BigQueryFault outage) {
    next();
    FaultPlan.Handle out =
        standIn.faults().always(c -> c.is("jobs.insert") || c.is("jobs.query"), outage);
    outlast(out);
  }

  @ParameterizedTest
  @MethodSource("outages")
  void anOutageWhileATokenIsFetched(BigQueryFault outage) {
    standIn.expireTokens();
    storage("AppendRows", refuse(Status.UNAVAILABLE));
    FaultPlan.Handle out = standIn.faults().always(c -> c.is("token"), outage);
    FaultException e = assertThrows(FaultException.class, () -> once(1, 4));
    assertEquals(Fault.RETRY, e.fault(), e.getMessage());
    assertTrue(out.fired() > 0);
    out.disarm();
    commit(1, 4);
    expect(4);
  }

  @Test
  void aTokenThatIsRefusedHoweverNewItIs() {
    FaultPlan.Handle refused =
        standIn.storageFaults().always(c -> c.is("AppendRows"), refuse(Status.UNAUTHENTICATED));
    FaultException e = assertThrows(FaultException.class, () -> once(1, 4));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("bigquery.credentials"), e.getMessage());
    refused.disarm();
    commit(1, 4);
    expect(4);
  }
}
