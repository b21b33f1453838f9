package io.writeback.domo;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;

/** Makes the records of one snapshot. */
final class RecordMaker {
  private final SnapshotPlan plan;
  private final Map<String, String> partition;
  private final RowOffset.Base offsets;
  private final Header[] datasetHeaders;
  private final Field snapshotField;
  private final Field rowField;

  RecordMaker(SnapshotPlan plan) {
    this.plan = plan;
    Spool.About about = plan.about();
    this.partition = SourcePosition.partition(about.dataset());
    this.offsets =
        plan.before()
            .rowOffsets(plan.config(), plan.snapshot(), about.version().token(), about.ordered());
    this.datasetHeaders = datasetHeaders(about.dataset(), about.name());
    this.snapshotField = plan.shape().metadata(RecordShape.SNAPSHOT_FIELD);
    this.rowField = plan.shape().metadata(RecordShape.ROW_FIELD);
  }

  /** The headers of every row of a DataSet, made once. */
  static Header[] datasetHeaders(String dataset, String name) {
    ConnectHeaders headers = new ConnectHeaders();
    SnapshotHeaders.dataset(headers, dataset, name);
    return new Header[] {
      headers.lastWithName(SnapshotHeaders.DATASET), headers.lastWithName(SnapshotHeaders.NAME)
    };
  }

  RowRecord row(Emission emission, Struct row, long ordinal) {
    ConnectHeaders headers = new ConnectHeaders();
    headers.add(datasetHeaders[0]);
    headers.add(datasetHeaders[1]);
    SnapshotHeaders.row(headers, plan.snapshot(), ordinal);
    if (snapshotField != null) {
      row.put(snapshotField, plan.snapshot());
    }
    if (rowField != null) {
      row.put(rowField, ordinal);
    }
    RecordShape shape = plan.shape();
    return new RowRecord(
        emission,
        false,
        partition,
        offsets.at(ordinal),
        plan.topic(),
        shape.key(),
        shape.keyOf(row),
        shape.value(),
        row,
        headers);
  }

  RowRecord manifest(Emission emission, String topic, SnapshotManifest manifest) {
    return new RowRecord(
        emission,
        true,
        partition,
        plan.after().manifestOffset(),
        topic,
        ManifestCodec.KEY_SCHEMA,
        manifest.dataset(),
        ManifestCodec.VALUE_SCHEMA,
        ManifestCodec.toValue(manifest),
        new ConnectHeaders());
  }
}
