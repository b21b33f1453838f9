package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Range;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a snapshot is all there: a pure function of its manifest and of what is staged. Counts
 * decide whether it is complete; ranges decide when waiting is over.
 *
 * @param reason words for an operator; empty for COMPLETE
 * @param missing rows of the manifest that are neither staged nor rejected; negative if there are
 *     too many
 */
record Verdict(Kind kind, String reason, long missing) {
  /** What the counts say. */
  enum Kind {
    /** Every ordinal is staged or rejected. */
    COMPLETE,
    /** As COMPLETE, but more are rejected than allowed. */
    REJECTED,
    /** More rows than the manifest says. */
    OVER,
    /** Every range has been passed and rows are missing: they will never come. */
    SHORT,
    /** Rows may still come. */
    WAIT
  }

  /**
   * Judges.
   *
   * @param rangesUsable whether the manifest's ranges are offsets of topics that this sink reads
   * @param maxRejected rejected rows up to which a snapshot counts as complete
   */
  static Verdict of(
      SnapshotManifest manifest, Staged staged, boolean rangesUsable, long maxRejected) {
    long missing = manifest.rows() - staged.distinctOrdinals() - staged.rejected();
    if (missing < 0) {
      return new Verdict(
          Kind.OVER,
          String.format(
              "%d rows are staged, the manifest says %d: check that consumers read with"
                  + " isolation.level=read_committed",
              staged.distinctOrdinals() + staged.rejected(), manifest.rows()),
          missing);
    }
    if (missing == 0) {
      return staged.rejected() <= maxRejected
          ? new Verdict(Kind.COMPLETE, "", 0)
          : new Verdict(
              Kind.REJECTED,
              String.format(
                  "%d rows were rejected, %s=%d",
                  staged.rejected(), SinkConfig.SNAPSHOT_MAX_REJECTED_ROWS, maxRejected),
              0);
    }
    if (rangesUsable && passed(manifest, staged)) {
      return new Verdict(Kind.SHORT, shortfall(manifest, staged, missing), missing);
    }
    return new Verdict(
        Kind.WAIT,
        String.format("%d of %d rows are there", manifest.rows() - missing, manifest.rows()),
        missing);
  }

  private static boolean passed(SnapshotManifest manifest, Staged staged) {
    return manifest.ranges().orElse(List.of()).stream()
        .allMatch(range -> staged.nextOffsets().getOrDefault(at(range), -1L) >= range.end());
  }

  private static String shortfall(SnapshotManifest manifest, Staged staged, long missing) {
    List<String> details = new ArrayList<>();
    boolean expired = false;
    for (Range range : manifest.ranges().orElse(List.of())) {
      SnapshotProgress progress =
          staged.partitions().getOrDefault(at(range), SnapshotProgress.startingAt(range.end()));
      long lost = range.rows() - progress.rows() - progress.rejected();
      if (lost > 0) {
        boolean startsLate = progress.firstOffset() > range.first();
        expired |= startsLate;
        details.add(
            String.format(
                "%s misses %d of %d rows in offsets %d to %d%s",
                at(range),
                lost,
                range.rows(),
                range.first(),
                range.end() - 1,
                startsLate ? ", the first seen is at " + progress.firstOffset() : ""));
      }
    }
    return String.format(
        "%d of %d rows are missing, %s: %s",
        missing,
        manifest.rows(),
        expired ? "expired before they were read" : "filtered before the sink",
        details.isEmpty() ? "in no range of the manifest" : String.join("; ", details));
  }

  private static TopicPartition at(Range range) {
    return new TopicPartition(range.topic(), range.partition());
  }
}
