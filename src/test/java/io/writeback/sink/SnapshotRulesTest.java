package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.Ruling.Hold;
import io.writeback.sink.Ruling.Promote;
import io.writeback.sink.Ruling.Settle;
import io.writeback.sink.Ruling.Wait;
import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.SnapshotStore.Decision.Kind;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotRulesTest {
  private static final Target TARGET = new Target("ns", "a");
  private static final Control SHOWN =
      new Control("sink", "d1", "source", 10, "s1", "v1", 500L, 100, "h1");

  private Map<String, String> config =
      Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_MAX_SHRINK_RATIO, "0.5");

  @Test
  void aCompleteSnapshotIsShown() {
    assertInstanceOf(Promote.class, judge(next(100), 100));
  }

  @Test
  void anotherDeliveryOwnsTheTable() {
    Control foreign = new Control("other", "d1", "source", 10, "s1", "v1", 500L, 100, "h1");
    assertHeld("belongs to delivery other", judge(next(100), foreign, 100));
  }

  @Test
  void anotherDataSetFeedsTheTable() {
    assertHeld("shows DataSet d1", judge(next(100).dataset("d2"), 100));
  }

  @Test
  void aTableIsNotTakenFromItsOwnerByAcceptance() {
    accept("s2");
    assertHeld("shows DataSet d1", judge(next(100).dataset("d2"), 100));
  }

  @Test
  void twoSourcesOfOneTableAreHeld() {
    assertHeld("fed by source", judge(next(100).producer("second"), 100));
    accept("s2");
    assertInstanceOf(Promote.class, judge(next(100).producer("second"), 100));
  }

  @Test
  void anOlderVersionIsStale() {
    assertEquals(
        Kind.STALE, settled(judge(next(100).version("v0", 499, "h0", Reason.VERSION), 100)));
  }

  @Test
  void theClockOfAnotherProducerSaysNothing() {
    accept("s2");
    assertInstanceOf(
        Promote.class,
        judge(next(100).version("v0", 1, "h0", Reason.VERSION).producer("second"), 100));
  }

  @Test
  void theSameVersionWithTheSameContentIsADuplicateUnlessItWasAskedFor() {
    assertEquals(
        Kind.DUPLICATE, settled(judge(next(100).version("v1", 500, "h1", Reason.VERSION), 100)));
    assertInstanceOf(Promote.class, judge(next(100).version("v1", 500, "h1", Reason.RESEND), 100));
    assertInstanceOf(Promote.class, judge(next(100).version("v1", 500, "h1", Reason.FIRST), 100));
    assertInstanceOf(
        Promote.class, judge(next(100).version("v1", 500, "other", Reason.VERSION), 100));
    assertInstanceOf(Promote.class, judge(next(100).version("v1", 500, null, Reason.VERSION), 100));
  }

  @Test
  void whatIsBehindTheShownOneIsSuperseded() {
    assertEquals(Kind.SUPERSEDED, settled(judge(next(100), 100, 9)));
  }

  @Test
  void whatIsShownButUndecidedIsPromotedAgain() {
    assertInstanceOf(Promote.class, judge(Manifests.of("s1", 100), 100, 10));
  }

  @Test
  void aSnapshotWithTooFewRowsIsHeld() {
    assertHeld("snapshot.min.rows=1", judge(next(0), 0));
    accept("s2");
    assertInstanceOf(Promote.class, judge(next(0), 0));
  }

  @Test
  void aSnapshotThatShrankTooMuchIsHeld() {
    assertHeld("the one before had 100", judge(next(49), 49));
    assertInstanceOf(Promote.class, judge(next(50), 50));
  }

  @Test
  void aShortSnapshotIsHeldUnlessAllowed() {
    Manifests manifest = next(100).ranges(new Range("a", 0, 0, 0, 100));
    assertHeld("1 of 100 rows are missing", judge(manifest, 99));
    config = Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_MISSING_ROWS, "allow");
    assertInstanceOf(Promote.class, judge(manifest, 99));
  }

  @Test
  void rangesOfATopicThatIsNotReadSayNothing() {
    assertInstanceOf(Wait.class, judge(next(100).ranges(new Range("else", 0, 0, 0, 100)), 99));
    config = Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_RANGES, "ignore");
    assertInstanceOf(Wait.class, judge(next(100).ranges(new Range("a", 0, 0, 0, 100)), 99));
  }

  @Test
  void waitingTooLongIsAHoldThatAcceptanceEnds() {
    config = Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_TIMEOUT_MS, "1000");
    assertInstanceOf(Wait.class, judgeAt(1_999));
    assertHeld("snapshot.timeout.ms=1000", judgeAt(2_000));
    config =
        Map.of(
            SinkConfig.WRITE_MODE,
            "overwrite",
            SinkConfig.SNAPSHOT_TIMEOUT_MS,
            "1000",
            SinkConfig.SNAPSHOT_ACCEPT,
            "s2");
    assertInstanceOf(Wait.class, judgeAt(1_999));
    assertInstanceOf(Promote.class, judgeAt(2_000));
  }

  private Ruling judgeAt(long nowMs) {
    return rules().judge(undecided(next(100), 11), Optional.of(SHOWN), staged(99), nowMs);
  }

  private Ruling judge(Manifests manifest, long staged) {
    return judge(manifest, staged, 11);
  }

  private Ruling judge(Manifests manifest, long staged, long offset) {
    return rules().judge(undecided(manifest, offset), Optional.of(SHOWN), staged(staged), 1_000);
  }

  private Ruling judge(Manifests manifest, Control shown, long staged) {
    return rules().judge(undecided(manifest, 11), Optional.of(shown), staged(staged), 1_000);
  }

  private SnapshotRules rules() {
    return new SnapshotRules(TestSettings.of(config));
  }

  private void accept(String snapshot) {
    config = Map.of(SinkConfig.WRITE_MODE, "overwrite", SinkConfig.SNAPSHOT_ACCEPT, snapshot);
  }

  private static Manifests next(long rows) {
    return Manifests.of("s2", rows).version("v2", 600, "h2", Reason.VERSION);
  }

  private static Undecided undecided(Manifests manifest, long offset) {
    return new Undecided(
        new RegisteredManifest(manifest.build(), TARGET, "domo.snapshots", 0, offset),
        Optional.empty(),
        1_000);
  }

  private static Staged staged(long distinct) {
    return new Staged(distinct, 0, Map.of(FakeKafka.tp("a", 0), 50L), Map.of());
  }

  private static void assertHeld(String words, Ruling ruling) {
    Hold hold = assertInstanceOf(Hold.class, ruling);
    assertTrue(hold.reason().contains(words), hold.reason());
  }

  private static Kind settled(Ruling ruling) {
    return assertInstanceOf(Settle.class, ruling).kind();
  }
}
