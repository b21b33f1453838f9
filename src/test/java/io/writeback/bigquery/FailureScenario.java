package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.Code;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/**
 * A partition of which offset 0 has landed, its owner, and a service that fails. The whole table of
 * failures, with the test of each row, is in src/docs/bigquery-failures.md.
 */
abstract class FailureScenario extends BigQueryScenario {
  final Map<String, String> config;
  BigQueryRig rig;
  Claim claim;

  FailureScenario(Map<String, String> config) {
    this.config = new HashMap<>(config);
  }

  @BeforeEach
  final void begin() {
    next();
    commit(0, 1);
  }

  /** Another task takes the partition; the one before knows nothing of it. */
  final void next() {
    rig = rig(config);
    claim = rig.claim();
  }

  /** One attempt. */
  final void once(int from, int to) {
    assertEquals(
        new Committed(to),
        rig.destination.commit(List.of(rig.range(claim, from, notes(from, to)))).get(0));
  }

  final void commit(int from, int to) {
    assertEquals(new Committed(to), rig.commit(rig.range(claim, from, notes(from, to))));
  }

  /** Each row is there, once. */
  final void expect(int rows) {
    assertEquals(numbers(0, rows), rig.ids());
    assertEquals(List.of(notes(0, rows)), rig.notes());
  }

  /**
   * How calls by REST fail in an outage: in the words of the service, of a front end, or of none.
   */
  static Stream<BigQueryFault> outages() {
    return Stream.of(
        BigQueryFault.Refused.backend(503),
        new BigQueryFault.Page(502),
        new BigQueryFault.Page(500),
        new BigQueryFault.CutBefore());
  }

  /** The next rows land although this happens to a request of theirs. */
  final void overcome(FaultPlan.Handle fault) {
    commit(1, 4);
    assertEquals(1, fault.fired(), "the fault has happened");
    expect(4);
  }

  /** Each attempt fails and stops nothing, until the fault is over. */
  final void outlast(FaultPlan.Handle fault) {
    for (int attempt = 1; attempt <= 3; attempt++) {
      FaultException out = assertThrows(FaultException.class, () -> once(1, 4));
      assertEquals(Fault.RETRY, out.fault());
      assertTrue(fault.fired() >= attempt, "the fault has happened");
    }
    fault.disarm();
    commit(1, 4);
    expect(4);
  }

  final FaultPlan.Handle storage(String call, StorageFault fault) {
    return standIn.storageFaults().once(c -> c.is(call), fault);
  }

  final FaultPlan.Handle rest(String call, BigQueryFault fault) {
    return rest(call, "", fault);
  }

  final FaultPlan.Handle rest(String call, String text, BigQueryFault fault) {
    return standIn.faults().once(c -> c.is(call) && c.mentions(text), fault);
  }

  /** Every token that was given out is worthless; the next request needs another one. */
  final void overcomeExpiredTokens() {
    long before = standIn.calls("token");
    standIn.expireTokens();
    // A connection for appends that is open stays so; its successor needs a token that counts.
    storage("AppendRows", refuse(Status.UNAVAILABLE));
    commit(1, 4);
    assertTrue(standIn.calls("token") > before, "a token was fetched");
    expect(4);
  }

  static StorageFault refuse(Status status) {
    return new StorageFault.Refuse(status);
  }

  static StorageFault inStream(Code code) {
    return new StorageFault.RefuseInStream(status(code));
  }

  static Status status(Code code) {
    return Status.fromCodeValue(code.getNumber());
  }

  static Map<String, String> atLeastOnce(String method) {
    return Map.of("bigquery.write.method", method, "delivery.guarantee", "at_least_once");
  }
}
