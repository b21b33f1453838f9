package io.writeback.sink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has come for the open range of a partition. Used by the task thread. */
final class RangeBuffer {
  private final Map<Key, TableBatch> batches = new LinkedHashMap<>();
  private final Map<String, SnapshotProgress> snapshots = new LinkedHashMap<>();
  private final List<RegisteredManifest> manifests = new ArrayList<>();
  private long sinceMs = -1;

  private record Key(Target target, Optional<String> snapshot) {}

  /** Starts the age of the range, if it has not begun. */
  void touch(long nowMs) {
    if (sinceMs < 0) {
      sinceMs = nowMs;
    }
  }

  /** Age in milliseconds; 0 if nothing has come. */
  long ageMs(long nowMs) {
    return sinceMs < 0 ? 0 : nowMs - sinceMs;
  }

  boolean holdsAnything() {
    return !batches.isEmpty() || !snapshots.isEmpty() || !manifests.isEmpty();
  }

  TableBatch batch(
      Destination destination, Claim claim, long start, Target target, Optional<String> snapshot) {
    return batches.computeIfAbsent(
        new Key(target, snapshot), k -> destination.newBatch(claim, start, target, snapshot));
  }

  Optional<SnapshotProgress> snapshot(String id) {
    return Optional.ofNullable(snapshots.get(id));
  }

  void snapshot(String id, SnapshotProgress progress) {
    snapshots.put(id, progress);
  }

  void manifest(RegisteredManifest manifest) {
    manifests.add(manifest);
  }

  long rows() {
    return batches.values().stream().mapToLong(TableBatch::rows).sum();
  }

  long encodedBytes() {
    return batches.values().stream().mapToLong(TableBatch::encodedBytes).sum();
  }

  long heapBytes() {
    return batches.values().stream().mapToLong(TableBatch::heapBytes).sum();
  }

  PendingRange range(Claim claim, long start, long end) {
    List<TableBatch> worthwhile = new ArrayList<>();
    batches.forEach(
        (key, batch) -> {
          if (batch.rows() > 0 || key.snapshot().isPresent()) {
            worthwhile.add(batch);
          } else {
            batch.discard();
          }
        });
    return new PendingRange(claim, start, end, worthwhile, snapshots, manifests);
  }

  /** Drops batches that were never given to the destination's commit. */
  void discard() {
    batches.values().forEach(TableBatch::discard);
  }
}
