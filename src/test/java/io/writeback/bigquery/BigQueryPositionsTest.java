package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Positions that an operator sets through Connect's offsets endpoint. */
class BigQueryPositionsTest extends BigQueryScenario {
  private static Map<String, String> method(String method) {
    return Map.of("bigquery.write.method", method, "bigquery.mark.interval.ms", "0");
  }

  private BigQueryRig rig(String method) {
    return rig(method(method));
  }

  private void set(String method, TopicPartition tp, Long offset) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    offsets.put(tp, offset);
    assertTrue(
        new BigQuerySinkConnector()
            .alterOffsets(BigQueryRig.config(standIn, method(method)), offsets));
  }

  @Test
  void theChainGoesWhereItIsSetForwardsAndBack() {
    BigQueryRig rig = rig("load_job");
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a", "b", "c"));
    set("load_job", TP, 1L);
    Claim back = rig("load_job").claim();
    assertEquals(OptionalLong.of(1), back.position());
    set("load_job", TP, 9L);
    BigQueryRig next = rig("load_job");
    Claim later = next.claim();
    assertEquals(OptionalLong.of(9), later.position());
    assertEquals(new Committed(10), next.commit(next.range(later, 9, "d")));
    // The owner of before the first setting finds registers where its next one was to be.
    CommitOutcome late = rig.commit(rig.range(claim, 3, "x"));
    assertInstanceOf(Moved.class, late);
    assertEquals(List.of("a", "b", "c", "d"), rig.notes());
  }

  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aPositionThatCannotBeSetIsNotTriedForEver() {
    BigQueryRig rig = rig("load_job");
    rig.commit(rig.range(rig.claim(), 0, "a", "b"));
    FaultPlan.Handle denied =
        standIn
            .faults()
            .always(
                call -> call.is("job.effect") && call.mentions("\"query\":\"SELECT 1 /*"),
                new BigQueryFault.JobFails("accessDenied", "Access Denied: no slots for you"));
    ConnectException refused = assertThrows(ConnectException.class, () -> set("load_job", TP, 1L));
    assertTrue(refused.getMessage().contains("no slots"), refused.getMessage());
    assertEquals(1, denied.fired());
    denied.disarm();
    set("load_job", TP, 1L);
    assertEquals(OptionalLong.of(1), rig("load_job").claim().position());
  }

  @Test
  void aPartitionThatWasNeverReadCanBeSetToo() {
    set("load_job", TP, 4L);
    assertEquals(OptionalLong.of(4), rig("load_job").claim().position());
    set("load_job", TP, null);
    assertEquals(OptionalLong.of(0), rig("load_job").claim().position());
  }

  @Test
  void aSetPositionMakesOlderOnesOfTheLedgerVoid() {
    BigQueryRig rig = rig("load_job");
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1, 2, 3));
    assertEquals(OptionalLong.of(3), rig("load_job").claim().position());
    set("load_job", TP, 1L);
    assertEquals(OptionalLong.of(1), rig("load_job").claim().position());
  }

  @Test
  void streamsGoWhereTheyAreSetAndTheirOldOwnerIsFenced() {
    BigQueryRig rig = rig("storage_write");
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a", "b", "c"));
    set("storage_write", TP, 1L);
    assertInstanceOf(Fenced.class, rig.commit(rig.range(claim, 3, "x")));
    BigQueryRig next = rig("storage_write");
    Claim later = next.claim();
    assertEquals(OptionalLong.of(1), later.position());
    // What is asked for again is written again.
    assertEquals(new Committed(3), next.commit(next.range(later, 1, "B", "C")));
    assertEquals(5, next.notes().size());
    assertEquals(OptionalLong.of(3), rig("storage_write").claim().position());
    set("storage_write", TP, null);
    assertEquals(OptionalLong.empty(), rig("storage_write").claim().position());
  }
}
