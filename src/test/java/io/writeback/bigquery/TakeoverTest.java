package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to rows when a running delivery is told to write in another way, or elsewhere. */
class TakeoverTest extends BigQueryScenario {
  private static final Target ELSEWHERE = new Target(DATASET, "elsewhere");

  @BeforeEach
  void tables() {
    List<TableFieldSchema> fields = new ArrayList<>(KafkaColumns.fields());
    fields.add(new TableFieldSchema().setName("id").setType("INTEGER").setMode("NULLABLE"));
    fields.add(new TableFieldSchema().setName("note").setType("STRING").setMode("NULLABLE"));
    loads().tables.ensure(ORDERS, fields);
    loads().tables.ensure(ELSEWHERE, fields);
  }

  private BigQueryRig loads(String... changes) {
    return rig(with(streams(), "bigquery.write.method", "load_job"), changes);
  }

  private BigQueryRig streaming(String... changes) {
    return rig(streams(), changes);
  }

  private static FaultException refused(org.junit.jupiter.api.function.Executable claim) {
    FaultException refused = assertThrows(FaultException.class, claim);
    assertEquals(Fault.CONFIGURATION, refused.fault(), refused.getMessage());
    return refused;
  }

  @Test
  void streamsGoOnWhereTheLoadJobsStand() {
    BigQueryRig loads = loads();
    Claim old = loads.claim();
    assertEquals(new Committed(5), loads.commit(loads.range(old, 0, notes(0, 5))));

    BigQueryRig streams = streaming();
    Claim claim = streams.claim();
    // Kafka may stand anywhere: its commits come after those of the warehouse, or not at all.
    assertEquals(OptionalLong.of(5), claim.position());
    assertEquals(new Committed(8), streams.commit(streams.range(claim, 5, notes(5, 8))));
    assertInstanceOf(Fenced.class, loads.commit(loads.range(old, 5, notes(5, 7))));
    assertEquals(numbers(0, 8), streams.ids());

    BigQueryRig next = streaming();
    Claim later = next.claim();
    assertEquals(OptionalLong.of(5), later.position());
    assertEquals(new Committed(10), next.commit(next.range(later, 5, notes(5, 10))));
    assertEquals(numbers(0, 10), next.ids());
  }

  @Test
  void loadJobsGoOnWhereStreamsStoppedInOrder() {
    BigQueryRig streams = streaming();
    Claim old = streams.claim();
    streams.commit(streams.range(old, 0, notes(0, 4)));
    streams.destination.release(old);

    BigQueryRig loads = loads();
    Claim claim = loads.claim();
    assertEquals(OptionalLong.of(4), claim.position());
    assertEquals(new Committed(6), loads.commit(loads.range(claim, 4, notes(4, 6))));
    assertInstanceOf(Fenced.class, streams.commit(streams.range(old, 4, notes(4, 6))));
    assertEquals(numbers(0, 6), loads.ids());
    assertEquals(OptionalLong.of(6), loads().claim().position());
  }

  @Test
  void loadJobsRefuseToFollowStreamsThatDied() {
    BigQueryRig streams = streaming();
    Claim old = streams.claim();
    streams.commit(streams.range(old, 0, notes(0, 4)));

    FaultException refused = refused(() -> loads().claim());
    assertTrue(refused.getMessage().contains("storage_write"), refused.getMessage());

    // As the message says: once in order with the old method.
    BigQueryRig again = streaming();
    Claim drained = again.claim();
    assertEquals(new Committed(6), again.commit(again.range(drained, 0, notes(0, 6))));
    again.destination.release(drained);
    BigQueryRig loads = loads();
    Claim claim = loads.claim();
    assertEquals(OptionalLong.of(6), claim.position());
    assertEquals(new Committed(7), loads.commit(loads.range(claim, 6, notes(6, 7))));
    assertEquals(numbers(0, 7), loads.ids());
  }

  @Test
  void theMethodsMayTakeTurnsAgainAndAgain() {
    for (int turn = 0; turn < 3; turn++) {
      BigQueryRig loads = loads();
      Claim chain = loads.claim();
      assertEquals(turn * 4L, chain.position().orElse(0));
      loads.commit(loads.range(chain, turn * 4, notes(turn * 4, turn * 4 + 2)));
      // Hints are written off the commit path; the next walk must do with or without them.
      BigQueryRig streams = streaming();
      Claim claim = streams.claim();
      assertEquals(OptionalLong.of(turn * 4 + 2), claim.position());
      streams.commit(streams.range(claim, turn * 4 + 2, notes(turn * 4 + 2, turn * 4 + 4)));
      streams.destination.release(claim);
    }
    assertEquals(numbers(0, 12), loads().ids());
  }

  @Test
  void aPositionSetByHandHoldsAcrossATakeover() {
    BigQueryRig streams = streaming();
    Claim old = streams.claim();
    streams.commit(streams.range(old, 0, notes(0, 6)));
    streams.destination.release(old);
    loads().claim();
    BigQuerySinkConnector connector = new BigQuerySinkConnector();
    Map<String, String> config =
        BigQueryRig.config(standIn, Map.of("bigquery.write.method", "load_job"));
    assertTrue(connector.alterOffsets(config, Map.of(TP, 2L)));
    assertEquals(OptionalLong.of(2), streaming().claim().position());
  }

  @Test
  void streamsRefuseToFollowARangeThatIsHalfLoaded() {
    BigQueryRig loads = loads();
    Claim old = loads.claim();
    standIn
        .faults()
        .always(
            call ->
                call.is("job.effect") && call.path().equals("load") && call.mentions("elsewhere"),
            new BigQueryFault.JobFails("backendError", "no"));
    assertThrows(FaultException.class, () -> loads.commit(both(loads, old, 0)));
    FaultException refused = refused(() -> streaming().claim());
    assertTrue(refused.getMessage().contains("load_job"), refused.getMessage());
  }

  private static PendingRange both(BigQueryRig rig, Claim claim, long start) {
    List<TableBatch> batches = new ArrayList<>();
    batches.addAll(rig.range(claim, start, ORDERS, "a", null).batches());
    batches.addAll(rig.range(claim, start, ELSEWHERE, null, "b").batches());
    return new PendingRange(claim, start, start + 2, batches, Map.of(), List.of());
  }

  @Test
  void w7AHalfLoadedRangeIsNotFinishedUnderAnotherRouting() {
    BigQueryRig loads = loads();
    Claim old = loads.claim();
    standIn
        .faults()
        .always(
            call ->
                call.is("job.effect") && call.path().equals("load") && call.mentions("elsewhere"),
            new BigQueryFault.JobFails("backendError", "no"));
    assertThrows(FaultException.class, () -> loads.commit(both(loads, old, 0)));
    standIn.faults().clear();

    // All rows go to one of its tables now, which is loaded: the other row would be lost.
    BigQueryRig other = loads("table.map", "orders:orders");
    Claim claim = other.claim();
    refused(() -> other.commit(other.range(claim, 0, "a", "b")));

    BigQueryRig again = loads();
    Claim same = again.claim();
    assertEquals(new Committed(2), again.commit(both(again, same, 0)));
    assertEquals(List.of("0"), again.ids());
    assertEquals(List.of("1"), again.column("id", ELSEWHERE));
  }

  @Test
  void w7RoutingMustNotChangeWhileLandedRowsAreNotMarked() {
    BigQueryRig rig = streaming();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, notes(0, 3)));

    String[] routed = {"table.map", "orders:elsewhere"};
    FaultException refused = refused(() -> streaming(routed).claim());
    assertTrue(refused.getMessage().contains("table.map"), refused.getMessage());
    // Asking again does not wear it down: the claim that was refused has written nothing.
    refused(() -> streaming(routed).claim());

    BigQueryRig again = streaming();
    Claim drained = again.claim();
    again.commit(again.range(drained, 0, notes(0, 3)));
    again.destination.release(drained);
    BigQueryRig other = streaming(routed);
    Claim later = other.claim();
    assertEquals(OptionalLong.of(3), later.position());
    assertEquals(new Committed(5), other.commit(other.range(later, 3, ELSEWHERE, notes(3, 5))));
    assertEquals(numbers(0, 3), other.ids());
    assertEquals(numbers(3, 5), other.column("id", ELSEWHERE));
  }

  @Test
  void w7ATransformThatMayRenameTopicsCountsAsRouting() {
    BigQueryRig rig = streaming();
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    refused(() -> streaming("transforms", "r", "transforms.r.replacement", "$1").claim());
    refused(() -> streaming("table.name.format", "x_{topic}").claim());
    // Neither other limits nor a default that is spelled out send rows elsewhere.
    assertEquals(
        claim.epoch() + 3,
        streaming("table.name.format", "{topic}", "flush.rows", "7").claim().epoch());
  }

  @Test
  void exactlyOnceGoesOnWhereAtLeastOnceStopped() {
    String[] atLeastOnce = {"delivery.guarantee", "at_least_once"};
    BigQueryRig exact = streaming();
    Claim first = exact.claim();
    exact.commit(exact.range(first, 0, notes(0, 2)));
    exact.destination.release(first);
    BigQueryRig loose = streaming(atLeastOnce);
    Claim unfenced = loose.claim();
    assertEquals(OptionalLong.empty(), unfenced.position());
    loose.commit(loose.range(unfenced, 2, notes(2, 6)));
    loose.destination.release(unfenced);

    BigQueryRig again = streaming();
    Claim claim = again.claim();
    assertEquals(OptionalLong.of(6), claim.position());
    assertEquals(OptionalLong.of(6), loads().claim().position());
  }
}
