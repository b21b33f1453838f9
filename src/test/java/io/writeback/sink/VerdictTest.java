package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.Verdict.Kind;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Range;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final TopicPartition P0 = new TopicPartition("a", 0);
  private static final TopicPartition P1 = new TopicPartition("a", 1);
  private final SnapshotManifest manifest =
      Manifests.of("s1", 100)
          .ranges(new Range("a", 0, 10, 80, 60), new Range("a", 1, 5, 45, 40))
          .build();

  @Test
  void everyOrdinalIsThere() {
    Verdict verdict = Verdict.of(manifest, staged(100, 0, 0, 0), true, 0);
    assertEquals(Kind.COMPLETE, verdict.kind());
  }

  @Test
  void rejectedRowsCountAsThereUpToTheLimit() {
    assertEquals(Kind.COMPLETE, Verdict.of(manifest, staged(98, 2, 0, 0), true, 2).kind());
    Verdict verdict = Verdict.of(manifest, staged(98, 2, 0, 0), true, 1);
    assertEquals(Kind.REJECTED, verdict.kind());
    assertTrue(verdict.reason().contains("snapshot.max.rejected.rows=1"), verdict.reason());
  }

  @Test
  void moreRowsThanTheManifestSays() {
    Verdict verdict = Verdict.of(manifest, staged(101, 0, 0, 0), true, 0);
    assertEquals(Kind.OVER, verdict.kind());
    assertTrue(verdict.reason().contains("read_committed"), verdict.reason());
  }

  @Test
  void rowsMayComeUntilEveryRangeIsPassed() {
    assertEquals(Kind.WAIT, Verdict.of(manifest, staged(70, 0, 80, 44), true, 0).kind());
    assertEquals(Kind.WAIT, Verdict.of(manifest, staged(70, 0, -1, 45), true, 0).kind());
    assertEquals(Kind.SHORT, Verdict.of(manifest, staged(70, 0, 80, 45), true, 0).kind());
  }

  @Test
  void withoutUsableRangesThereIsNoEndToWaiting() {
    assertEquals(Kind.WAIT, Verdict.of(manifest, staged(70, 0, 80, 45), false, 0).kind());
  }

  @Test
  void rowsThatHadExpiredAreNamed() {
    Staged staged =
        new Staged(
            70,
            0,
            Map.of(P0, 80L, P1, 45L),
            Map.of(
                P0, new SnapshotProgress(40, 100, 30, 0), P1, new SnapshotProgress(5, 99, 40, 0)));
    Verdict verdict = Verdict.of(manifest, staged, true, 0);
    assertEquals(Kind.SHORT, verdict.kind());
    assertEquals(30, verdict.missing());
    assertEquals(
        "30 of 100 rows are missing, expired before they were read: a-0 misses 30 of 60 rows in"
            + " offsets 10 to 79, the first seen is at 40",
        verdict.reason());
  }

  @Test
  void rowsThatWereFilteredAreNamed() {
    Staged staged =
        new Staged(
            95,
            2,
            Map.of(P0, 80L, P1, 45L),
            Map.of(
                P0, new SnapshotProgress(10, 100, 60, 0), P1, new SnapshotProgress(5, 99, 35, 2)));
    Verdict verdict = Verdict.of(manifest, staged, true, 0);
    assertTrue(verdict.reason().contains("filtered before the sink"), verdict.reason());
    assertTrue(verdict.reason().contains("a-1 misses 3 of 40"), verdict.reason());
  }

  @Test
  void nothingToStageIsComplete() {
    SnapshotManifest empty = Manifests.of("s1", 0).build();
    assertEquals(Kind.COMPLETE, Verdict.of(empty, staged(0, 0, -1, -1), false, 0).kind());
  }

  private static Staged staged(long distinct, long rejected, long next0, long next1) {
    return new Staged(distinct, rejected, Map.of(P0, next0, P1, next1), Map.of());
  }
}
