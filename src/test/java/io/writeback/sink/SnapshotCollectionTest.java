package io.writeback.sink;

import static io.writeback.sink.Scenario.A0;
import static io.writeback.sink.Scenario.A1;
import static io.writeback.sink.Scenario.M;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.ExternalCalls.Moment;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.Test;

/**
 * Snapshots from rows to a shown table; numbers such as S2 name findings of the delivery design.
 */
class SnapshotCollectionTest {
  private static final Target TABLE = new Target("ns", "a");
  private final Map<String, String> config =
      new HashMap<>(Map.of(SinkConfig.WRITE_MODE, "overwrite"));
  private EngineRig rig = EngineRig.fresh(config);

  @Test
  void nothingIsShownBeforeTheManifest() {
    rows("s1", 1, 5);
    open().turns(60);
    assertEquals(List.of(), rig.warehouse.table("a"));
    manifest(Manifests.of("s1", 5));
    rig.drain();
    assertEquals(5, rig.warehouse.table("a").size());
    assertEquals(Map.of("s1", Kind.PROMOTED), rig.warehouse.decisions());
  }

  @Test
  void theManifestMayComeFirst() {
    manifest(Manifests.of("s1", 5));
    open().turns(60);
    assertEquals(Map.of(), rig.warehouse.decisions());
    rows("s1", 1, 5);
    rig.drain();
    assertEquals(5, rig.warehouse.table("a").size());
  }

  @Test
  void theManifestMayBelongToAnotherTask() {
    EngineRig data = rig;
    EngineRig manifests = rig.successor();
    data.assign(A0, A1);
    manifests.assign(M);
    rows("s1", 1, 5);
    manifest(Manifests.of("s1", 5));
    for (int i = 0; i < 100; i++) {
      data.turn(false);
      manifests.turn(false);
    }
    assertEquals(5, rig.warehouse.table("a").size());
  }

  @Test
  void s1AnAbandonedEmissionDoesNotCompleteTheNextOne() {
    rows("s1", 1, 60);
    rows("s2", 1, 40);
    manifest(Manifests.of("s2", 100));
    open().turns(100);
    assertEquals(List.of(), rig.warehouse.table("a"));
    for (int ordinal = 41; ordinal <= 100; ordinal++) {
      rig.kafka.row(A0, "good", "s2", ordinal);
    }
    rig.drain();
    assertEquals(100, rig.warehouse.table("a").size());
  }

  @Test
  void s2ARedeliveredRowDoesNotCountTwice() {
    rows("s1", 1, 3);
    rig.kafka.row(A0, "good", "s1", 3);
    manifest(Manifests.of("s1", 4));
    open().turns(60);
    assertEquals(List.of(), rig.warehouse.table("a"), "three distinct rows of four");
    assertEquals(1, rig.metrics.counter("duplicates-dropped-total", "").value());
    rig.kafka.row(A0, "good", "s1", 4);
    rig.drain();
    assertEquals(4, rig.warehouse.table("a").size());
  }

  @Test
  void s2TheFilterKnowsWhatIsInFlightAndWhatHasLanded() {
    open().turns(2);
    rig.executor.hold();
    for (int ordinal = 1; ordinal <= 4; ordinal++) {
      rig.kafka.row(A0, "good", "s1", ordinal);
    }
    rig.turns(2);
    rig.kafka.row(A0, "good", "s1", 4);
    rig.turns(2);
    rig.executor.letGo();
    rig.turns(40);
    rig.kafka.row(A0, "good", "s1", 4);
    rig.kafka.row(A0, "good", "s1", 5);
    manifest(Manifests.of("s1", 5));
    rig.drain();
    assertEquals(2, rig.metrics.counter("duplicates-dropped-total", "").value());
    assertEquals(5, rig.warehouse.table("a").size());
  }

  @Test
  void s2TheFilterSurvivesAChangeOfOwner() {
    rows("s1", 1, 4);
    open().turns(40);
    rig.kafka.row(A1, "good", "s1", 4);
    rig.kafka.row(A0, "good", "s1", 5);
    manifest(Manifests.of("s1", 5));
    rig = rig.successor();
    open().drain();
    assertEquals(5, rig.warehouse.table("a").size());
    assertEquals(5, rig.warehouse.table("a").stream().distinct().count());
  }

  @Test
  void s4AnIncompleteSnapshotDoesNotHoldTheManifestsOffset() {
    manifest(Manifests.of("s1", 5));
    open().turns(60);
    assertEquals(1, rig.warehouse.position(M));
    assertEquals(1, rig.kafka.committed.get(M));
  }

  @Test
  void s5AnEmptySnapshotIsHeldOrShownAsConfigured() {
    manifest(Manifests.of("s1", 0));
    open().drain();
    assertEquals(Map.of("s1", Kind.HELD), rig.warehouse.decisions());
    config.put(SinkConfig.SNAPSHOT_MIN_ROWS, "0");
    rig = reconfigured();
    open().turns(20);
    assertEquals(Map.of("s1", Kind.PROMOTED), rig.warehouse.decisions());
    assertEquals(List.of("s1"), rig.warehouse.shown.get(TABLE));
  }

  @Test
  void s6AManifestOfATopicThatIsNotAssignedYetIsRegistered() {
    config.remove("topics");
    config.put("topics", "");
    config.put("topics.regex", "a|domo\\.snapshots");
    rig = reconfigured();
    manifest(Manifests.of("s1", 2));
    rig.assign(M).turns(40);
    assertTrue(rig.warehouse.manifests.containsKey("s1"));
    rows("s1", 1, 2);
    rig.loop.assign(A0, A1);
    rig.drain();
    assertEquals(2, rig.warehouse.table("a").size());
  }

  @Test
  void aManifestOfATopicThatIsNotReadIsPassed() {
    config.put("topics", "b,domo.snapshots");
    rig = reconfigured();
    manifest(Manifests.of("s1", 2));
    rig.assign(M).drain();
    assertEquals(Map.of(), rig.warehouse.manifests);
  }

  @Test
  void s7ASecondDataSetDoesNotGetTheTable() {
    rows("s1", 1, 2);
    rows("s2", 1, 2);
    manifest(Manifests.of("s1", 2));
    manifest(Manifests.of("s2", 2).dataset("d2"));
    open().drain();
    assertEquals(Map.of("s1", Kind.PROMOTED, "s2", Kind.HELD), rig.warehouse.decisions());
    assertEquals(List.of("s1"), rig.warehouse.shown.get(TABLE));
  }

  @Test
  void s7AnotherDataSetsManifestIsNotSuperseded() {
    rows("s1", 1, 2);
    rows("s2", 1, 2);
    rows("s3", 1, 2);
    EngineRig manifests = rig.successor();
    rig.assign(A0, A1).turns(40);
    manifest(Manifests.of("s1", 2));
    manifest(Manifests.of("s2", 2).dataset("d2"));
    manifest(Manifests.of("s3", 2));
    manifests.assign(M).turns(40);
    assertEquals(
        Map.of("s1", Kind.SUPERSEDED, "s2", Kind.HELD, "s3", Kind.PROMOTED),
        rig.warehouse.decisions());
  }

  @Test
  void s8AnAppendedVersionIsAddedOnce() {
    config.put(SinkConfig.WRITE_MODE, "append");
    rig = reconfigured();
    rows("s1", 1, 2);
    manifest(Manifests.of("s1", 2).version("v1", 1, "h", Reason.FIRST));
    rows("s2", 1, 2);
    manifest(Manifests.of("s2", 2).version("v1", 1, "h", Reason.VERSION));
    open().drain();
    assertEquals(Map.of("s1", Kind.PROMOTED, "s2", Kind.DUPLICATE), rig.warehouse.decisions());
    assertEquals(2, rig.warehouse.table("a").size());
  }

  @Test
  void s8RowsWithoutHeadersAreAppendedAtOnce() {
    config.put(SinkConfig.WRITE_MODE, "append");
    rig = reconfigured();
    rig.kafka.row(A0, "good");
    rows("s1", 1, 2);
    open().turns(60);
    assertEquals(List.of("a-0@0"), rig.warehouse.table("a"));
  }

  @Test
  void s9RowsLostOnTheWayAreToldApart() {
    rig.kafka.row(A0, "good", "s1", 1);
    rig.kafka.invisible(A0);
    rig.kafka.row(A0, "good", "s1", 3);
    manifest(Manifests.of("s1", 3).ranges(new Range("a", 0, 0, 3, 3)));
    open().drain();
    assertEquals(Map.of("s1", Kind.HELD), rig.warehouse.decisions());
    String reason = rig.warehouse.lastDecision("s1").reason();
    assertTrue(reason.contains("filtered before the sink"), reason);
    assertEquals(1, rig.warehouse.lastDecision("s1").missing());
    int told = rig.warehouse.manifests.get("s1").decisions.size();
    rig.turns(50);
    assertEquals(told, rig.warehouse.manifests.get("s1").decisions.size(), "told once");
    config.put(SinkConfig.SNAPSHOT_ACCEPT, "s1");
    rig = reconfigured();
    open().turns(20);
    assertEquals(Map.of("s1", Kind.PROMOTED), rig.warehouse.decisions());
    assertEquals(2, rig.warehouse.table("a").size());
  }

  @Test
  void s9AnAlarmDoesNotEndWaiting() {
    config.put(SinkConfig.SNAPSHOT_TIMEOUT_MS, "1000");
    rig = reconfigured();
    manifest(Manifests.of("s1", 2));
    open().turns(60);
    assertEquals(Map.of("s1", Kind.HELD), rig.warehouse.decisions());
    rows("s1", 1, 2);
    rig.turns(60);
    assertEquals(Map.of("s1", Kind.PROMOTED), rig.warehouse.decisions());
  }

  @Test
  void overwriteShowsTheLastCompleteOneAndSkipsTheOthers() {
    for (int i = 1; i <= 3; i++) {
      rows("s" + i, 1, 2);
      manifest(Manifests.of("s" + i, 2));
    }
    manifest(Manifests.of("s4", 2));
    EngineRig data = rig;
    data.assign(A0, A1).turns(40);
    EngineRig manifests = rig.successor();
    manifests.assign(M).turns(40);
    assertEquals(
        Map.of("s1", Kind.SUPERSEDED, "s2", Kind.SUPERSEDED, "s3", Kind.PROMOTED),
        rig.warehouse.decisions());
    assertEquals(List.of("s3"), rig.warehouse.shown.get(TABLE));
    assertEquals(1, manifests.metrics.counter("snapshots-promoted-total", "").value());
  }

  @Test
  void createMakesATableForEachAndAHeldOneDoesNotBlock() {
    config.put(SinkConfig.WRITE_MODE, "create");
    rig = reconfigured();
    rows("s1", 1, 2);
    manifest(Manifests.of("s1", 2));
    rig.kafka.invisible(A0);
    manifest(Manifests.of("s2", 1).ranges(new Range("a", 0, 1, 2, 1)));
    rows("s3", 1, 2);
    manifest(Manifests.of("s3", 2));
    open().drain();
    rig.turns(20);
    assertEquals(List.of("s1", "s3"), rig.warehouse.shown.get(TABLE));
    assertEquals(Kind.SUPERSEDED, rig.warehouse.decisions().get("s2"));
  }

  @Test
  void createDoesNotOvertakeOneThatStillWaits() {
    config.put(SinkConfig.WRITE_MODE, "create");
    rig = reconfigured();
    manifest(Manifests.of("s1", 2));
    rows("s2", 1, 2);
    manifest(Manifests.of("s2", 2));
    open().turns(60);
    assertEquals(Map.of(), rig.warehouse.decisions());
    rows("s1", 1, 2);
    rig.drain();
    rig.turns(20);
    assertEquals(List.of("s1", "s2"), rig.warehouse.shown.get(TABLE));
  }

  @Test
  void heldSnapshotsAreBounded() {
    config.put(SinkConfig.SNAPSHOT_HELD_MAX, "2");
    rig = reconfigured();
    for (int i = 1; i <= 4; i++) {
      manifest(Manifests.of("s" + i, 0));
    }
    open().drain();
    rig.turns(20);
    assertEquals(
        Map.of("s1", Kind.REFUSED, "s2", Kind.REFUSED, "s3", Kind.HELD, "s4", Kind.HELD),
        rig.warehouse.decisions());
  }

  @Test
  void aRejectedRowIsStagedAsAMarker() {
    config.put(SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS, "2");
    rig = reconfigured();
    rig.kafka.row(A0, "good", "s1", 1);
    rig.kafka.row(A0, "bad", "s1", 2);
    rig.kafka.row(A0, "refused", "s1", 3);
    rig.kafka.row(A0, "good", "s1", 4);
    manifest(Manifests.of("s1", 4));
    open().drain();
    assertEquals(List.of("a-0@0", "a-0@3"), rig.warehouse.table("a"));
    assertEquals(List.of("a-0@1", "a-0@2"), rig.kafka.reported);
    assertEquals(2, rig.warehouse.lastDecision("s1").rejected());
  }

  @Test
  void aRecordWithoutHeadersIsErrantInOverwrite() {
    rig.kafka.row(A0, "good");
    open().drain();
    assertEquals(List.of("a-0@0"), rig.kafka.reported);
    assertEquals(List.of(), rig.warehouse.table("a"));
  }

  @Test
  void aManifestThatIsNoneIsErrant() {
    rig.kafka.add(M, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());
    open().drain();
    assertEquals(List.of("domo.snapshots-0@0"), rig.kafka.reported);
  }

  @Test
  void headedRowsWithoutAManifestTopicStopTheTask() {
    config.put(SinkConfig.WRITE_MODE, "append");
    config.put("topics", "a,b");
    rig = reconfigured();
    rows("s1", 1, 2);
    rig.assign(A0);
    ConnectException e = assertThrows(ConnectException.class, () -> rig.turns(3));
    assertTrue(e.getMessage().contains("snapshot.topic=domo.snapshots"), e.getMessage());
  }

  @Test
  void aFailureOfOneSnapshotIsAHoldAndNeverEndsTheTask() {
    rig.warehouse.calls.failNext(
        "promote", Moment.BEFORE, () -> FaultException.configuration("grant DELETE", null));
    rows("s1", 1, 2);
    manifest(Manifests.of("s1", 2));
    open().drain();
    rig.turns(10);
    assertEquals(Map.of("s1", Kind.PROMOTED), rig.warehouse.decisions());
    assertEquals(
        List.of(Kind.HELD, Kind.PROMOTED),
        rig.warehouse.manifests.get("s1").decisions.stream().map(d -> d.verdict()).toList());
  }

  @Test
  void stagingThatHasBeenDecidedIsDropped() {
    rows("s1", 1, 2);
    manifest(Manifests.of("s1", 2));
    open().drain();
    rig.turns(5);
    assertEquals(Map.of(), rig.warehouse.staging);
  }

  private EngineRig open() {
    return rig.assign(A0, A1, M);
  }

  private EngineRig reconfigured() {
    return new EngineRig(rig.kafka, rig.warehouse, TestSettings.of(config), rig.clock);
  }

  private void rows(String snapshot, int from, int to) {
    for (int ordinal = from; ordinal <= to; ordinal++) {
      rig.kafka.row(ordinal % 2 == 0 ? A1 : A0, "good", snapshot, ordinal);
    }
  }

  private void manifest(Manifests manifest) {
    rig.kafka.manifest(M, manifest.build());
  }
}
