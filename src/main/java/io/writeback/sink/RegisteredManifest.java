package io.writeback.sink;

import io.writeback.snapshot.SnapshotManifest;

/**
 * A manifest with its place in the manifest topic, which is the only order of snapshots there is,
 * and the table that it is for.
 */
public record RegisteredManifest(
    SnapshotManifest manifest, Target target, String topic, int partition, long offset) {}
