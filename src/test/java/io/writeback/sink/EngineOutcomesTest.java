package io.writeback.sink;

import static io.writeback.sink.FakeKafka.tp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** What the engine makes of each outcome of a commit and a claim, and of its own end. */
class EngineOutcomesTest extends EngineScenario {
  @Test
  void aLostAcknowledgementIsResolvedByAskingAgain() {
    rows(A, 3);
    rig.warehouse.calls.failNext("commit", Moment.AFTER, () -> FaultException.retry("cut", null));
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void aMoveToTheEndOfTheRangeCountsAsLanded() {
    rows(A, 9);
    rig.destination.movedForLanded = true;
    rig.warehouse.calls.failNext("commit", Moment.AFTER, () -> FaultException.retry("cut", null));
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 9), rig.warehouse.table("a"));
  }

  @Test
  void aMoveElsewhereDropsTheBufferAndReadsFromThere() {
    rows(A, 2);
    rig.assign(A).turns(3);
    rig.warehouse.advance(A, 5);
    rows(A, 8);
    rig.drain();
    assertEquals(ids(A, 5, 10), rig.warehouse.table("a"));
  }

  @Test
  void aMoveElsewhereDropsWhatHasFilledMeanwhile() {
    rig.assign(A).turns(2);
    rig.executor.hold();
    rows(A, 4);
    rig.turns(2);
    rows(A, 4);
    rig.turns(2);
    rig.warehouse.advance(A, 6);
    rig.executor.letGo();
    rig.drain();
    assertEquals(ids(A, 6, 8), rig.warehouse.table("a"));
  }

  @Test
  void anOutagePausesAndIsRetriedForever() {
    rows(A, 3);
    for (int i = 0; i < 200; i++) {
      rig.warehouse.calls.failNext("commit", Moment.BEFORE, () -> FaultException.retry("x", null));
    }
    rig.assign(A).turns(100);
    assertTrue(rig.loop.isPaused(A));
    assertTrue(rig.metrics.counter("faults-retry-total", "").value() > 20);
    rig.turns(600);
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
    assertFalse(rig.loop.isPaused(A));
  }

  /** It was paused because of its neighbour, who has taken the failing range elsewhere. */
  @Test
  void aPartitionWhoseNeighbourLeavesDuringAnOutageGoesOn() {
    TopicPartition neighbour = tp("a", 1);
    rows(neighbour, 3);
    for (int i = 0; i < 1000; i++) {
      rig.warehouse.calls.failNext("commit", Moment.BEFORE, () -> FaultException.retry("x", null));
    }
    rig.assign(A, neighbour).turns(30);
    assertTrue(rig.loop.isPaused(A), "the topic's commits fail");
    rig.loop.revoke(neighbour);
    rig.warehouse.calls.heal();
    rig.turns(3);
    assertFalse(rig.loop.isPaused(A));
    rows(A, 3);
    rig.drain();
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void aConfigurationFaultStopsTheTaskAfterAGraceTime() {
    rows(A, 3);
    for (int i = 0; i < 200; i++) {
      rig.warehouse.calls.failNext(
          "commit", Moment.BEFORE, () -> FaultException.configuration("grant INSERT", null));
    }
    rig.assign(A).turns(10);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(30));
    assertTrue(e.getMessage().contains("grant INSERT"), e.getMessage());
  }

  @Test
  void aFatalFaultStopsTheTaskAtOnce() {
    rows(A, 3);
    rig.warehouse.calls.failNext("commit", Moment.BEFORE, () -> FaultException.fatal("no", null));
    rig.assign(A);
    assertThrows(ConnectException.class, () -> rig.turns(3));
  }

  @Test
  void aClaimIsRetriedToo() {
    rows(A, 3);
    rig.warehouse.calls.failNext("claim", Moment.AFTER, () -> FaultException.retry("cut", null));
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void refusedRowsAreReportedAndTheOthersLand() {
    rows(A, 1);
    rig.kafka.row(A, "refused");
    rows(A, 2);
    rig.kafka.row(A, "refused");
    rows(A, 1);
    rig.assign(A).drain();
    assertEquals(List.of("a-0@1", "a-0@4"), rig.kafka.reported);
    assertEquals(List.of("a-0@0", "a-0@2", "a-0@3", "a-0@5"), rig.warehouse.table("a"));
  }

  @Test
  void aFencedPartitionIsDroppedAndFailsTheTaskOnlyIfItIsFencedAgain() {
    rows(A, 1);
    rows(B, 1);
    rig.assign(A, B).turns(3);
    rig.warehouse.fence(A);
    rows(A, 5);
    rows(B, 5);
    rig.turns(30);
    assertEquals(List.of(), rig.warehouse.table("a"));
    assertEquals(6, rig.warehouse.table("b").size(), "the other partition goes on");
    assertTrue(rig.loop.isPaused(A));
    assertEquals(List.of(A), rig.destination.released);
    rig.drain();
    assertEquals(ids(A, 0, 6), rig.warehouse.table("a"), "claimed again, nothing lost or doubled");
    rig.warehouse.fence(A);
    rows(A, 5);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(200));
    assertTrue(e.getMessage().contains("delivery.id=sink"), e.getMessage());
    assertEquals(ids(A, 0, 6), rig.warehouse.table("a"));
  }

  @Test
  void aFencedPartitionThatIsRevokedIsForgotten() {
    rows(A, 1);
    rig.assign(A).turns(3);
    rig.warehouse.fence(A);
    rows(A, 5);
    rig.turns(5);
    rig.loop.lose(A);
    rig.turns(300);
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 6), rig.warehouse.table("a"));
  }

  @Test
  void aCommitOfAnEarlierOwnershipIsIgnored() {
    rows(A, 3);
    rig.assign(A);
    rig.turn(false);
    rig.executor.hold();
    rig.turns(2);
    assertEquals(1, rig.executor.size());
    rig.loop.revoke(A);
    rig.assign(A);
    rig.executor.letGo();
    rig.drain();
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void aClaimOfAnEarlierOwnershipIsGivenBack() {
    rig.executor.hold();
    rig.assign(A);
    rig.loop.revoke(A);
    rig.executor.letGo();
    rig.turns(1);
    assertEquals(List.of(A), rig.destination.released);
  }

  @Test
  void closeDropsWhatWasNeverCommitted() {
    rows(A, 2);
    rig.assign(A).turns(3);
    rig.loop.revoke(A);
    assertEquals(1, rig.destination.discarded.size());
    rig.successor().assign(A).drain();
    assertEquals(ids(A, 0, 2), rig.warehouse.table("a"));
  }

  @Test
  void stopReleasesAndCloses() {
    rows(A, 3);
    rig.assign(A).drain();
    rig.engine.stop();
    assertEquals(List.of(A), rig.destination.released);
    assertTrue(rig.destination.closed);
  }

  @Test
  void preCommitNeverThrows() {
    rig.assign(A);
    assertEquals(Map.of(), rig.engine.preCommit(Collections.singletonMap(A, null)));
  }

  @Test
  void atMostTheConsumedOffsetIsTold() {
    rows(A, 6);
    rig.assign(A).drain();
    Map<TopicPartition, OffsetAndMetadata> committed =
        rig.engine.preCommit(Map.of(A, new OffsetAndMetadata(4)));
    assertEquals(4, committed.get(A).offset());
  }
}
