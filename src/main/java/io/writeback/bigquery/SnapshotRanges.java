package io.writeback.bigquery;

import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import java.util.ArrayList;
import java.util.List;

/** The part of a range that waits for manifests, whatever the write method of the rest is. */
final class SnapshotRanges {
  private final BigQueryParts parts;

  SnapshotRanges(BigQueryParts parts) {
    this.parts = parts;
  }

  static boolean concerns(PendingRange range) {
    return !range.manifests().isEmpty()
        || range.batches().stream().anyMatch(SnapshotRanges::staged);
  }

  static boolean staged(TableBatch batch) {
    return batch instanceof LoadBatch load && load.snapshot().isPresent();
  }

  /**
   * Stages rows and registers manifests. Both may be done again.
   *
   * @return rows that BigQuery refuses; then no manifest is registered
   */
  List<RejectedRow> stage(PendingRange range) {
    List<RejectedRow> rejected = new ArrayList<>();
    for (TableBatch batch : range.batches()) {
      if (staged(batch)) {
        LoadBatch load = (LoadBatch) batch;
        rejected.addAll(parts.stager().stage(load, parts.tables().columnsOf(load.schemas())));
      }
    }
    if (rejected.isEmpty()) {
      range.manifests().forEach(parts.registry()::register);
    }
    return rejected;
  }
}
