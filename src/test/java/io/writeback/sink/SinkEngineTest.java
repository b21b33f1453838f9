package io.writeback.sink;

import static io.writeback.sink.FakeKafka.tp;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** The engine under Connect's loop; numbers such as F4 name findings of the delivery design. */
class SinkEngineTest extends EngineScenario {
  @Test
  void rowsLandOnceAndKafkaLearnsThePosition() {
    rows(A, 10);
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 10), rig.warehouse.table("a"));
    rig.turns(5);
    assertEquals(10, rig.kafka.committed.get(A));
  }

  @Test
  void theNextRangeFillsWhileOneIsInFlight() {
    rows(A, 5);
    rig.assign(A).turns(2);
    rig.executor.hold();
    rows(A, 30);
    rig.turns(20);
    assertEquals(1, rig.executor.size(), "one commit in flight");
    assertTrue(rig.loop.isPaused(A), "full");
    rig.executor.letGo();
    rig.drain();
    assertEquals(ids(A, 0, 35), rig.warehouse.table("a"));
    assertFalse(rig.loop.isPaused(A));
  }

  @Test
  void aRangeThatAnotherOwnerBeganEndsWhereItMust() {
    rows(A, 60);
    rig.warehouse.progress(A).position = OptionalLong.of(3);
    rig.warehouse.fixedEnds.put(A, 47L);
    rig.assign(A).drain();
    assertEquals(ids(A, 3, 60), rig.warehouse.table("a"));
    assertEquals(List.of(), rig.warehouse.violations);
  }

  @Test
  void aFixedEndIsKeptWhileAnotherCommitOfTheGroupIsInFlight() {
    TopicPartition other = tp("a", 1);
    rows(A, 9);
    rows(other, 3);
    rig.warehouse.progress(A).position = OptionalLong.of(0);
    rig.warehouse.fixedEnds.put(A, 5L);
    rig.loop.maxPollRecords = 9;
    rig.assign(other).turns(1);
    rig.executor.hold();
    rig.turns(1);
    rig.assign(A);
    rig.executor.runOne(1);
    rig.turns(8);
    assertEquals(1, rig.executor.size(), "the commit of the other partition");
    rig.executor.letGo();
    rig.drain();
    assertEquals(List.of(), rig.warehouse.violations);
    assertEquals(12, rig.warehouse.table("a").size());
  }

  @Test
  void aFixedEndIsReachedOverOffsetsThatNeverBecameRecords() {
    rows(A, 3);
    for (int i = 0; i < 5; i++) {
      rig.kafka.invisible(A);
    }
    rig.warehouse.progress(A).position = OptionalLong.of(0);
    rig.warehouse.fixedEnds.put(A, 6L);
    rig.assign(A).turns(10);
    rows(A, 2);
    rig.drain();
    assertEquals(List.of(), rig.warehouse.violations);
    assertEquals(5, rig.warehouse.table("a").size());
  }

  @Test
  void aQuietRangeIsCommittedWhenItIsOld() {
    rows(A, 1);
    rig.assign(A).turns(3);
    assertEquals(List.of(), rig.warehouse.table("a"));
    assertTrue(rig.loop.timeoutMs() <= 1_000, "asks for a put in time");
    rig.turns(25);
    assertEquals(ids(A, 0, 1), rig.warehouse.table("a"));
  }

  @Test
  void heapPressureFlushesAndPauses() {
    EngineRig small =
        EngineRig.fresh(
            Map.of(
                SinkConfig.FLUSH_ROWS, "1000000",
                SinkConfig.FLUSH_INTERVAL_MS, "1000000",
                SinkConfig.BUFFER_MAX_BYTES, String.valueOf(1 << 20)));
    small.loop.maxPollRecords = 6_000;
    for (int i = 0; i < 20_000; i++) {
      small.kafka.row(A, "good");
    }
    small.executor.hold();
    small.assign(A);
    small.executor.runOne(0);
    small.turns(10);
    assertTrue(small.loop.isPaused(A));
    assertFalse(small.loop.caughtUp(A), "delivery stops at the bound");
    small.executor.letGo();
    small.turns(20);
    assertTrue(small.warehouse.table("a").size() >= 12_000);
    assertFalse(small.loop.isPaused(A));
  }

  @Test
  void aPartitionIsPausedUntilItIsClaimed() {
    rows(A, 2);
    rig.executor.hold();
    rig.assign(A);
    assertTrue(rig.loop.isPaused(A));
    rig.turns(3);
    rig.executor.letGo();
    rig.turns(1);
    assertFalse(rig.loop.isPaused(A));
  }

  @Test
  void f1PutNeverAsksForARedelivery() {
    rows(A, 3);
    rig.warehouse.calls.failNext("commit", Moment.BEFORE, () -> FaultException.retry("down", null));
    rig.assign(A).drain();
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void f1ARetriableErrorFromTheReporterIsNotPassedOn() {
    rig.kafka.row(A, "bad");
    rig.loop.reporter =
        (record, error) -> {
          throw new RetriableException("busy");
        };
    rig.assign(A);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(3));
    assertFalse(e instanceof RetriableException);
  }

  @Test
  void f2AnOffsetShownBeforeASeekHappensDoesNotMoveThePosition() {
    rows(A, 5);
    rig.assign(A).turns(3);
    assertEquals(4, rig.warehouse.position(A));
    EngineRig second = rig.successor();
    second.executor.hold();
    second.kafka.committed.put(A, 5L);
    second.assign(A);
    second.executor.letGo();
    second.engine.put(List.of());
    // The claim has asked for a seek to the warehouse position; Connect still shows 5.
    Map<TopicPartition, OffsetAndMetadata> committed =
        second.engine.preCommit(Map.of(A, new OffsetAndMetadata(5)));
    assertEquals(Map.of(), committed);
    second.drain();
    assertEquals(ids(A, 0, 5), rig.warehouse.table("a"));
  }

  @Test
  void f3CallsForPartitionsThatAreNotOwnedAreHarmless() {
    rows(A, 3);
    rows(B, 3);
    rig.assign(A, B).drain();
    rig.loop.revoke(A);
    rig.engine.put(List.of(rig.kafka.log(A).get(0L).orElseThrow()));
    assertEquals(Map.of(), rig.engine.preCommit(Map.of(A, new OffsetAndMetadata(9))));
    rig.engine.close(List.of(A, B, tp("never", 1)));
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }

  @Test
  void f3ProgressIsKeyedByWhereTheRecordLies() {
    rows(A, 4);
    rows(B, 4);
    rig.loop.transform =
        r ->
            r.newRecord(
                "renamed", 9, r.keySchema(), r.key(), r.valueSchema(), r.value(), r.timestamp());
    rig.assign(A, B).drain();
    Set<String> expected = new TreeSet<>(ids(A, 0, 4));
    expected.addAll(ids(B, 0, 4));
    assertEquals(expected, new TreeSet<>(rig.warehouse.table("renamed")));
    assertEquals(8, rig.warehouse.table("renamed").size());
    assertEquals(4, rig.warehouse.position(A));
  }

  @Test
  void f4NothingPassesABadRowBeforeItsReportIsAcknowledged() {
    rows(A, 2);
    rig.kafka.row(A, "bad");
    rows(A, 3);
    rig.loop.reporter =
        (record, error) -> {
          assertEquals(List.of(), rig.warehouse.table("a"), "nothing has landed yet");
          return CompletableFuture.failedFuture(new IllegalStateException("no dead letter topic"));
        };
    rig.assign(A);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(10));
    assertTrue(e.getMessage().contains("a-0 at offset 2"), e.getMessage());
    assertTrue(rig.warehouse.position(A) <= 2);
  }

  @Test
  void f4ABadRowIsReportedAndTheOthersLand() {
    rows(A, 2);
    rig.kafka.row(A, "bad");
    rows(A, 3);
    rig.assign(A).drain();
    assertEquals(List.of("a-0@2"), rig.kafka.reported);
    assertEquals(5, rig.warehouse.table("a").size());
  }

  @Test
  void withoutAReporterABadRowStopsTheTaskInWords() {
    rig.kafka.row(A, "bad");
    rig.loop.reporter = null;
    rig.assign(A);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(3));
    assertTrue(e.getMessage().contains("a-0 at offset 0"), e.getMessage());
    assertTrue(e.getMessage().contains("field kind is bad"), e.getMessage());
    assertTrue(e.getMessage().contains("errors.tolerance"), e.getMessage());
    assertThrows(ConnectException.class, () -> rig.engine.put(List.of()), "and stays stopped");
  }

  @Test
  void f5TheWarehousePositionBeatsTheGroupOffset() {
    rows(A, 6);
    rig.assign(A).drain();
    rows(A, 3);
    EngineRig second = rig.successor();
    second.kafka.committed.put(A, 0L);
    second.assign(A).drain();
    EngineRig third = rig.successor();
    rows(A, 3);
    third.kafka.committed.put(A, 12L);
    third.assign(A).drain();
    assertEquals(ids(A, 0, 12), rig.warehouse.table("a"));
  }

  @Test
  void f6ATopicMadeAgainStopsTheTask() {
    rows(A, 9);
    rig.assign(A).drain();
    rig.kafka.recreate(A);
    rows(A, 2);
    EngineRig second = rig.successor();
    second.assign(A);
    ConnectException e = assertThrows(ConnectException.class, () -> second.turns(5));
    assertTrue(e.getMessage().contains("durable up to offset 9"), e.getMessage());
  }

  @Test
  void f9APauseOfAnEarlierOwnershipDoesNotSurvive() {
    rows(A, 2);
    rig.assign(A).turns(2);
    rig.loop.pause(A);
    rig.loop.revoke(A);
    rig.assign(A).turns(2);
    assertFalse(rig.loop.isPaused(A));
  }

  @Test
  void r8OffsetsWithoutRecordsMoveThePosition() {
    rows(A, 3);
    for (int i = 0; i < 7; i++) {
      rig.kafka.invisible(A);
    }
    rig.assign(A).drain();
    assertEquals(10, rig.warehouse.position(A));
    assertEquals(ids(A, 0, 3), rig.warehouse.table("a"));
  }
}
