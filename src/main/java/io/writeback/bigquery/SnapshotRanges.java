package io.writeback.bigquery;

import io.writeback.bigquery.RowPath.Written;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  LoadBatch newBatch(Target target, String snapshot, Encoders encoders) {
    return parts.stager().newBatch(target, snapshot, encoders);
  }

  /**
   * Stages rows and registers manifests. Both may be done again.
   *
   * @return empty if that is done; otherwise no manifest is registered
   */
  Optional<CommitOutcome> stage(PendingRange range) {
    List<RejectedRow> rejected = new ArrayList<>();
    boolean encoded = false;
    for (TableBatch batch : range.batches()) {
      if (staged(batch)) {
        LoadBatch load = (LoadBatch) batch;
        Written written = parts.stager().stage(load, parts.tables().columnsOf(load.schemas()));
        encoded |= written instanceof Written.Encoded;
        if (written instanceof Written.Refused refused) {
          rejected.addAll(refused.rows());
        }
      }
    }
    if (!rejected.isEmpty()) {
      return Optional.of(new CommitOutcome.Rejected(rejected));
    }
    if (encoded) {
      // They come again, and are made for the columns that are known now.
      return Optional.of(new CommitOutcome.Moved(range.start()));
    }
    range.manifests().forEach(parts.registry()::register);
    return Optional.empty();
  }
}
