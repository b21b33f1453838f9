package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.SnapshotStore.Undecided;
import io.writeback.snapshot.SnapshotManifest;

/** A waiting manifest, the counts that it was judged by, and what to do with it. */
record Judged(Undecided undecided, Staged staged, Ruling ruling) {
  RegisteredManifest registered() {
    return undecided.manifest();
  }

  SnapshotManifest manifest() {
    return undecided.manifest().manifest();
  }

  /** Rows of the manifest that are neither staged nor rejected. */
  long missing() {
    return manifest().rows() - staged.distinctOrdinals() - staged.rejected();
  }
}
