package io.writeback.sink;

import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotHeaders.RowTag;
import io.writeback.snapshot.SnapshotManifest;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Puts a delivered record where it belongs: into a batch for a table, into the staging of a
 * snapshot, among the manifests, or to the error reporter.
 */
final class RowIntake {
  private final TaskScope scope;
  private final TableRouter router;
  private final ErrantRecords errants;
  private final TopicSelection topics;

  RowIntake(TaskScope scope) {
    this.scope = scope;
    this.router = new TableRouter(scope.settings());
    this.errants = new ErrantRecords(scope);
    this.topics = new TopicSelection(scope.settings());
  }

  void take(OwnedPartition owner, SinkRecord record) {
    try {
      if (owner.partition.topic().equals(scope.settings().snapshots().topic())) {
        manifest(owner, record);
        return;
      }
      Optional<RowTag> tag = tag(record);
      if (tag.isPresent()) {
        staged(owner, record, tag.get());
      } else {
        direct(owner, record);
      }
    } catch (BadRowException | DataException e) {
      report(owner, record, e);
    }
  }

  /** The tag of a row that has to wait for its manifest; empty if it goes to its table at once. */
  private Optional<RowTag> tag(SinkRecord record) {
    WriteMode mode = scope.settings().writeMode();
    if (mode == WriteMode.UPSERT) {
      return Optional.empty();
    }
    Optional<RowTag> tag = SnapshotHeaders.rowTag(record.headers());
    if (tag.isEmpty() && mode != WriteMode.APPEND) {
      throw new BadRowException(
          String.format(
              "%s=%s takes rows of snapshots only, and the record has no headers %s and %s",
              SinkConfig.WRITE_MODE,
              mode.name().toLowerCase(Locale.ROOT),
              SnapshotHeaders.SNAPSHOT,
              SnapshotHeaders.ROW));
    }
    if (tag.isPresent() && !topics.reads(scope.settings().snapshots().topic())) {
      throw new ConnectException(
          String.format(
              "Topic %s carries rows of snapshots, which wait for their manifest, but %s=%s is not"
                  + " among the topics of this connector. Add it.",
              record.originalTopic(),
              SinkConfig.SNAPSHOT_TOPIC,
              scope.settings().snapshots().topic()));
    }
    return tag;
  }

  private void direct(OwnedPartition owner, SinkRecord record) {
    long offset = record.originalKafkaOffset();
    refuseIfPoisoned(owner, offset);
    Target target = router.target(record);
    owner
        .batch(scope.destination(), target, Optional.empty())
        .add(new SinkRow(record, offset, OptionalLong.empty()));
  }

  private void staged(OwnedPartition owner, SinkRecord record, RowTag tag) {
    long offset = record.originalKafkaOffset();
    SnapshotProgress progress = owner.snapshot(tag.snapshot(), offset);
    if (tag.ordinal() <= progress.highestOrdinal()) {
      scope.metrics().duplicate();
      return;
    }
    Target target = router.target(record);
    TableBatch batch = owner.batch(scope.destination(), target, Optional.of(tag.snapshot()));
    SinkRow row = new SinkRow(record, offset, OptionalLong.of(tag.ordinal()));
    try {
      refuseIfPoisoned(owner, offset);
      batch.add(row);
      owner.filling().snapshot(tag.snapshot(), progress.withRow(tag.ordinal()));
    } catch (BadRowException | DataException e) {
      report(owner, record, e);
      batch.addRejected(row);
      owner.filling().snapshot(tag.snapshot(), progress.withRejected(tag.ordinal()));
    }
  }

  /** Reports a record, once only if the partition is sent back and it comes again. */
  private void report(OwnedPartition owner, SinkRecord record, RuntimeException why) {
    if (!owner.reported.contains(record.originalKafkaOffset())) {
      errants.report(record, why.getMessage(), why);
      owner.reported.add(record.originalKafkaOffset());
    }
  }

  private static void refuseIfPoisoned(OwnedPartition owner, long offset) {
    String reason = owner.poison.get(offset);
    if (reason != null) {
      throw new BadRowException("the warehouse refuses it: " + reason);
    }
  }

  private void manifest(OwnedPartition owner, SinkRecord record) {
    if (record.value() == null || scope.settings().writeMode() == WriteMode.UPSERT) {
      return;
    }
    SnapshotManifest manifest = read(record);
    // Never compared with the assignment: a topic that a pattern matches may be assigned minutes
    // after its first manifest has come.
    if (!topics.mayFeed(manifest)) {
      return;
    }
    owner
        .filling()
        .manifest(
            new RegisteredManifest(
                manifest,
                router.target(manifest),
                owner.partition.topic(),
                owner.partition.partition(),
                record.originalKafkaOffset()));
  }

  private static SnapshotManifest read(SinkRecord record) {
    try {
      return ManifestCodec.fromValue(record.value());
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new BadRowException("the manifest is not valid: " + e.getMessage(), e);
    }
  }
}
