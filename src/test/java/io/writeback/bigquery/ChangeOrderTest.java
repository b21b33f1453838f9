package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * What orders the changes of one key, whatever order they come in. Numbers such as u2 name findings
 * of the delivery design.
 */
class ChangeOrderTest extends ChangeScenario {
  private BigQueryRig rig(String... changes) {
    return rig(CHANGES, changes);
  }

  @Test
  void u1AndU2ANewGenerationWinsOverHigherOffsets() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 900, put(1, "old")));
    BigQueryRig next = rig("delivery.generation", "1");
    Claim later = next.claim();
    assertEquals(OptionalLong.empty(), later.position());
    next.commit(range(next, later, 3, put(1, "new")));
    assertEquals(List.of("new"), next.notes());
  }

  @Test
  void u2APartitionBeyondTheStatedOnesStopsTheTask() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, put(1, "a")));
    Claim added = rig.destination.claim(new TopicPartition("orders", 2), OptionalLong.empty());
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(range(rig, added, 0, put(1, "b"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    BigQueryRig more = rig("bigquery.upsert.partitions", "3");
    Claim claim = more.claim();
    FaultException changed =
        assertThrows(FaultException.class, () -> more.commit(range(more, claim, 1, put(1, "b"))));
    assertTrue(changed.getMessage().contains("delivery.generation"), changed.getMessage());
    assertEquals(List.of("a"), rig.notes());
  }

  @Test
  void u3OffsetsOfTwoTopicsAreNotCompared() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, put(1, "a")));
    Claim other = rig.destination.claim(new TopicPartition("others", 0), OptionalLong.empty());
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(range(rig, other, 5, put(1, "b"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("another topic"), refused.getMessage());
  }

  @Test
  void u3ACheckThatFailedIsMadeAgain() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, put(1, "a")));
    Claim other = rig.destination.claim(new TopicPartition("others", 0), OptionalLong.empty());
    FaultPlan.Handle out =
        standIn.faults().once(c -> c.is("tables.get"), BigQueryFault.Refused.backend(503));
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(range(rig, other, 5, put(1, "b"))));
    assertEquals(1, out.fired());
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertEquals(List.of("a"), rig.notes());
  }

  @Test
  void u5ChangesAreNotReadAgainOnceDeletesAreForgotten() {
    BigQueryRig rig = rig();
    rig.commit(range(rig, rig.claim(), 0, put(1, "a"), delete(1)));
    Map<String, String> config =
        BigQueryRig.config(
            standIn,
            Map.of(
                "bigquery.write.method", "storage_write",
                "write.mode", "upsert",
                "bigquery.upsert.partitions", "2"));
    BigQuerySinkConnector connector = new BigQuerySinkConnector();
    TopicPartition tp = new TopicPartition("orders", 0);
    assertTrue(connector.alterOffsets(config, Map.of(tp, 1L)));
    assertEquals(OptionalLong.of(1), rig().claim().position());

    rig.queries.execute(
        SqlStatement.of(
            "UPDATE sales.__wb_ledger SET written_at = TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL"
                + " 48 HOUR) WHERE kind = 'position'"));
    Map<TopicPartition, Long> start = new HashMap<>();
    start.put(tp, null);
    for (Map<TopicPartition, Long> back : List.of(Map.of(tp, 1L), start)) {
      ConnectException refused =
          assertThrows(ConnectException.class, () -> connector.alterOffsets(config, back));
      assertTrue(refused.getMessage().contains("delivery.generation"), refused.getMessage());
    }
    assertEquals(OptionalLong.of(1), rig().claim().position());
    // Forwards nothing comes again.
    assertTrue(connector.alterOffsets(config, Map.of(tp, 7L)));
  }

  @Test
  void timestampsOrderChangesOfSeveralTopics() {
    BigQueryRig rig = rig("bigquery.upsert.sequence", "timestamp");
    rig.commit(range(rig, rig.claim(), 900, new Change(1, "older", 1000)));
    Claim other = rig.destination.claim(new TopicPartition("others", 7), OptionalLong.empty());
    assertInstanceOf(
        CommitOutcome.Committed.class,
        rig.commit(
            range(rig, other, 0, new Change(1, "newer", 2000), new Change(1, "oldest", 10))));
    assertEquals(List.of("newer"), rig.notes());
  }

  @Test
  void aRowWithoutAWholeKeyOrWithoutAnOrderIsRefused() {
    BigQueryRig rig = rig("bigquery.upsert.sequence", "field:version");
    Claim claim = rig.claim();
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    SinkRow noOrder =
        new SinkRow(
            new SinkRecord(
                "orders",
                0,
                ChangeLog.KEY,
                new Struct(ChangeLog.KEY).put("id", 1L),
                ChangeLog.VALUE,
                new Struct(ChangeLog.VALUE),
                0),
            0,
            OptionalLong.empty());
    assertTrue(
        assertThrows(BadRowException.class, () -> batch.add(noOrder))
            .getMessage()
            .contains("version"));
    SinkRow noKey =
        new SinkRow(
            new SinkRecord(
                "orders", 0, null, null, ChangeLog.VALUE, new Struct(ChangeLog.VALUE), 1),
            1,
            OptionalLong.empty());
    assertThrows(BadRowException.class, () -> batch.add(noKey));
    assertEquals(0, batch.rows());
  }
}
