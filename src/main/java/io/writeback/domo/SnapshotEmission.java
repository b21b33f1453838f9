package io.writeback.domo;

import io.writeback.domo.SnapshotRows.Next;
import io.writeback.retry.FaultException;
import io.writeback.snapshot.SnapshotManifest;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits one snapshot: its rows in spool order, batch by batch, and when every row is acknowledged
 * its manifest, alone. {@link #step} belongs to the task's thread; {@link #acknowledged} may come
 * from any.
 */
final class SnapshotEmission implements Emission {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotEmission.class);

  private final SnapshotPlan plan;
  private final EmissionSettings settings;
  private final InstantSource clock;
  private final RecordMaker records;
  private final Acknowledgements acks = new Acknowledgements();
  private SnapshotRows rows;
  private boolean firstBatch = true;
  private boolean rowsDone;
  private boolean manifestOut;
  private volatile ManifestFate manifestFate = ManifestFate.OPEN;

  SnapshotEmission(SnapshotPlan plan, EmissionSettings settings, InstantSource clock) {
    this.plan = plan;
    this.settings = settings;
    this.clock = clock;
    this.records = new RecordMaker(plan);
  }

  private enum ManifestFate {
    OPEN,
    ACKNOWLEDGED,
    DROPPED
  }

  @Override
  public SnapshotPlan work() {
    return plan;
  }

  /**
   * Goes on.
   *
   * @throws ConnectException if the manifest was dropped: a transform stands in the way for good
   */
  @Override
  public Step step() {
    if (settings.pollCommits()) {
      settle();
    }
    try {
      if (!rowsDone) {
        List<SourceRecord> batch = nextRows();
        if (!batch.isEmpty()) {
          return new Step.Batch(batch);
        }
      }
    } catch (IOException | RuntimeException e) {
      return new Step.Withdrawn("its rows cannot be read any more: " + e.getMessage());
    }
    if (!rowsDone || !acks.complete()) {
      return new Step.Waiting();
    }
    if (acks.dropped() > 0 && !settings.droppedAllowed()) {
      return new Step.Abandoned(
          String.format(
              "%d of %d rows did not reach Kafka: a transform, a converter or the broker took"
                  + " them (transforms=%s); repair it, or set domo.dropped.rows=allow",
              acks.dropped(), acks.emitted(), settings.transforms()));
    }
    return manifestOut ? afterManifest() : manifest();
  }

  @Override
  public boolean acknowledged(RowRecord record, RecordMetadata metadata) {
    if (record.isManifest()) {
      manifestFate = metadata == null ? ManifestFate.DROPPED : ManifestFate.ACKNOWLEDGED;
      return true;
    }
    return acks.acknowledged(metadata);
  }

  @Override
  public void close() {
    if (rows != null) {
      try {
        rows.close();
      } catch (IOException e) {
        LOG.debug("Closing the rows failed", e);
      }
      rows = null;
    }
  }

  /**
   * This is a later poll than the one that gave out the last batch, so that batch is committed. A
   * batch of which nothing was sent makes no transaction, and then Connect does not report its
   * dropped records (ExactlyOnceWorkerSourceTask, maybeCommitTransaction): what has no report now
   * was dropped.
   */
  private void settle() {
    acks.settle();
    if (manifestOut && manifestFate == ManifestFate.OPEN) {
      manifestFate = ManifestFate.DROPPED;
    }
  }

  @Override
  public void discard() {
    try {
      plan.contents().discard();
    } catch (IOException e) {
      LOG.warn("The spool of DataSet {} could not be removed: {}", plan.dataset(), e.toString());
    }
  }

  private List<SourceRecord> nextRows() throws IOException {
    if (rows == null) {
      rows = plan.contents().open(plan.shape(), settings.forms(), plan.resumeAfter());
    }
    // A new topic may be missing or refuse to be made. One record fails fast where a batch would
    // wait once for each record.
    int most = firstBatch && plan.before().isNone() ? 1 : settings.batchRows();
    List<SourceRecord> batch = new ArrayList<>(Math.min(most, 10_000));
    long bytes = 0;
    Next next = Next.ROW;
    while (batch.size() < most && bytes < settings.batchBytes()) {
      next = rows.next();
      if (next != Next.ROW) {
        break;
      }
      batch.add(records.row(this, rows.struct(), rows.ordinal()));
      bytes += rows.bytes();
    }
    firstBatch &= batch.isEmpty();
    acks.emitted(batch.size());
    if (batch.isEmpty() && next == Next.END) {
      rowsDone = true;
      checkAllRead();
      close();
    }
    return batch;
  }

  private void checkAllRead() {
    long read = plan.resumeAfter() + acks.emitted();
    if (read != plan.about().rows()) {
      throw FaultException.fatal(
          "it holds " + read + " rows, expected " + plan.about().rows(), null);
    }
  }

  private Step manifest() {
    manifestOut = true;
    Spool.About about = plan.about();
    SnapshotManifest manifest =
        new SnapshotManifest(
            about.dataset(),
            about.name(),
            acks.topic().orElse(plan.topic()),
            settings.producer(),
            plan.snapshot(),
            about.version().token(),
            about.version().time(),
            plan.reason(),
            plan.resumeAfter() + acks.sent(),
            acks.dropped(),
            plan.resumed() ? Optional.empty() : Optional.of(acks.ranges()),
            plan.shape().manifestColumns(),
            DomoColumn.fingerprint(plan.shape().columns()),
            about.content(),
            about.identity(),
            about.started(),
            clock.instant());
    return new Step.Batch(List.of(records.manifest(this, settings.manifestTopic(), manifest)));
  }

  private Step afterManifest() {
    return switch (manifestFate) {
      case OPEN -> new Step.Waiting();
      case ACKNOWLEDGED -> new Step.Finished();
      case DROPPED ->
          throw new ConnectException(
              String.format(
                  "The manifest of DataSet %s did not reach topic %s: one of the transforms (%s) or"
                      + " the converter dropped it. Give the transform a predicate that matches the"
                      + " data topics only (TopicNameMatches), then restart the task.",
                  plan.dataset(), settings.manifestTopic(), settings.transforms()));
    };
  }

  /** Rows sent and acknowledged by this run, for the log. */
  long sent() {
    return acks.sent();
  }
}
