package io.writeback.sink;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Column;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Manifests of DataSet {@code d1} in topic {@code a}, with what a test cares about changed. */
record Manifests(
    String snapshot,
    long rows,
    String dataset,
    String producer,
    String version,
    long versionTimeMs,
    Reason reason,
    String hash,
    List<Range> ranges) {
  static Manifests of(String snapshot, long rows) {
    return new Manifests(
        snapshot, rows, "d1", "source", "v-" + snapshot, 0, Reason.VERSION, "h" + snapshot, null);
  }

  Manifests dataset(String other) {
    return new Manifests(
        snapshot, rows, other, producer, version, versionTimeMs, reason, hash, ranges);
  }

  Manifests producer(String other) {
    return new Manifests(
        snapshot, rows, dataset, other, version, versionTimeMs, reason, hash, ranges);
  }

  Manifests version(String other, long timeMs, String contentHash, Reason why) {
    return new Manifests(
        snapshot, rows, dataset, producer, other, timeMs, why, contentHash, ranges);
  }

  Manifests ranges(Range... others) {
    return new Manifests(
        snapshot, rows, dataset, producer, version, versionTimeMs, reason, hash, List.of(others));
  }

  SnapshotManifest build() {
    return new SnapshotManifest(
        dataset,
        "Data Set",
        "a",
        producer,
        snapshot,
        version,
        versionTimeMs == 0 ? null : Instant.ofEpochMilli(versionTimeMs),
        reason,
        rows,
        0,
        Optional.ofNullable(ranges),
        List.of(new Column("id", "int64", Optional.empty(), Optional.empty(), false)),
        "f",
        hash,
        "user",
        null,
        null);
  }
}
