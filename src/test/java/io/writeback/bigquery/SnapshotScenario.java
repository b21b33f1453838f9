package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.manifest;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import java.util.Map;

/** What tests of snapshots have in common. */
abstract class SnapshotScenario extends BigQueryScenario {
  static final Map<String, String> OVERWRITE =
      Map.of("write.mode", "overwrite", "topics", "orders,domo.snapshots");
  static final Map<String, String> APPEND =
      Map.of("write.mode", "append", "topics", "orders,domo.snapshots");

  static SnapshotStore store(BigQueryRig rig) {
    return rig.destination.snapshots();
  }

  static Promotion promote(BigQueryRig rig, RegisteredManifest manifest) {
    return store(rig).promote(manifest, store(rig).staged(manifest));
  }
}
