package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;

import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkRow;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.TableBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

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

  /** A range of rows of a snapshot, one per offset, with ordinals from 1. */
  static PendingRange staged(
      BigQueryRig rig, Claim claim, String snapshot, long start, Struct... rows) {
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.of(snapshot));
    SnapshotProgress progress = SnapshotProgress.startingAt(start);
    for (int i = 0; i < rows.length; i++) {
      SinkRecord record =
          new SinkRecord("orders", 0, null, null, rows[i].schema(), rows[i], start + i);
      batch.add(new SinkRow(record, start + i, OptionalLong.of(i + 1)));
      progress = progress.withRow(i + 1);
    }
    return new PendingRange(
        claim, start, start + rows.length, List.of(batch), Map.of(snapshot, progress), List.of());
  }

  /** Stages a snapshot of these rows and shows it. */
  static Promotion show(BigQueryRig rig, String snapshot, long manifest, Struct... rows) {
    Claim claim = rig.claim();
    rig.commit(staged(rig, claim, snapshot, claim.position().orElse(0), rows));
    return promote(rig, manifest(snapshot, manifest, rows.length));
  }
}
