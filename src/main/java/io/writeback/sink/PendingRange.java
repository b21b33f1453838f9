package io.writeback.sink;

import java.util.List;
import java.util.Map;

/**
 * Everything that happened in {@code [start, end)} of a partition, ready to be made durable. It may
 * hold no batch at all: then only the position moves.
 *
 * @param claim under which it is written
 * @param start the position of the partition
 * @param end last delivered offset + 1
 * @param batches rows for targets, and rows staged for snapshots; a staged one may hold nothing but
 *     rejected rows
 * @param snapshots for each snapshot that rows of this range belong to, its progress as of {@code
 *     end}
 * @param manifests manifests read in this range, in their order
 */
public record PendingRange(
    Claim claim,
    long start,
    long end,
    List<TableBatch> batches,
    Map<String, SnapshotProgress> snapshots,
    List<RegisteredManifest> manifests) {
  public PendingRange {
    if (end < start) {
      throw new IllegalArgumentException("range ends before it starts: " + start + ", " + end);
    }
    batches = List.copyOf(batches);
    snapshots = Map.copyOf(snapshots);
    manifests = List.copyOf(manifests);
  }

  /** Whether a decision about a snapshot may be possible once it has landed. */
  boolean concernsSnapshots() {
    return !snapshots.isEmpty() || !manifests.isEmpty();
  }
}
