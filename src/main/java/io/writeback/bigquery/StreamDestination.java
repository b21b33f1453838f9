package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;

/**
 * BigQuery by the Storage Write API, exactly once: rows are appended to streams at explicit
 * offsets, and what has landed is never appended again, because streams that are left behind are
 * ended and their rows found. Rows of a snapshot are staged by load jobs, as everywhere.
 */
final class StreamDestination implements Destination {
  private final SinkSettings settings;
  private final BigQueryParts parts;
  private final StreamParts streams;
  private final StreamClaims claims;
  private final StreamLeftovers leftovers;
  private final StreamMarks marks;
  private final InstantSource clock;
  private final ProtoEncoders encoders;
  private final Encoders stagingEncoders;
  private final SnapshotRanges snapshotRanges;
  private final Set<Target> checked = ConcurrentHashMap.newKeySet();
  private final int requestBytes;

  StreamDestination(
      SinkSettings settings,
      BigQuerySettings.Streaming streaming,
      BigQueryParts parts,
      StreamParts streams,
      StreamMarks marks,
      InstantSource clock) {
    this.settings = settings;
    this.parts = parts;
    this.streams = streams;
    this.claims = new StreamClaims(streams.ledger(), streams.service(), parts.tables());
    this.leftovers = new StreamLeftovers(streams.highWater(), parts.tables(), streams.ledger());
    this.marks = marks;
    this.clock = clock;
    this.encoders =
        new ProtoEncoders(
            KafkaColumns.types(),
            streaming.telling(streaming.rows().facts().without(KafkaColumns::tells)));
    this.stagingEncoders = new Encoders(streaming.rows());
    this.snapshotRanges = new SnapshotRanges(parts);
    this.requestBytes = streaming.requestBytes();
  }

  @Override
  public Claim claim(TopicPartition partition, OptionalLong kafkaPosition) {
    parts.books().ensure();
    if (streams.ledger().isLost(partition)) {
      throw FaultException.configuration(
          "table "
              + parts.books().streams()
              + " has lost what it knew of "
              + partition
              + ", so that nobody can tell which of its rows have landed: restore the table, or"
              + " raise delivery.generation, or set the position with the connector's offsets"
              + " endpoint",
          null);
    }
    Ledger.Partition staged = parts.ledger().partition(partition);
    StreamClaim claim =
        parts
            .turns()
            .claimForStreams(claims.claim(partition, staged), staged, parts.chains(), claims);
    leftovers.refuseOtherRouting(claim);
    return claim;
  }

  /** Streams of different partitions have nothing in common. */
  @Override
  public String commitGroup(TopicPartition partition) {
    return partition.toString();
  }

  @Override
  public TableBatch newBatch(Claim claim, long start, Target target, Optional<String> snapshot) {
    return snapshot.isPresent()
        ? snapshotRanges.newBatch(target, snapshot.get(), stagingEncoders)
        : new StreamBatch(
            target,
            encoders,
            row -> parts.tables().detours().of(target, encoders.rows().of(row)),
            KafkaColumns.tail(claim.partition(), settings.generation()),
            requestBytes,
            offset -> false);
  }

  @Override
  public List<CommitOutcome> commit(List<PendingRange> ranges) {
    return ranges.stream().map(this::commit).toList();
  }

  private CommitOutcome commit(PendingRange range) {
    StreamClaim claim = (StreamClaim) range.claim();
    OptionalLong position = claim.current();
    if (position.isPresent() && position.getAsLong() != range.start()) {
      return position.getAsLong() == range.end()
          ? new CommitOutcome.Committed(range.end())
          : new CommitOutcome.Moved(position.getAsLong());
    }
    if (SnapshotRanges.concerns(range)) {
      Optional<CommitOutcome> unstaged = snapshotRanges.stage(range);
      if (unstaged.isPresent()) {
        return unstaged.get();
      }
    }
    for (TableBatch batch : range.batches()) {
      if (batch instanceof StreamBatch rows) {
        Optional<CommitOutcome> otherwise = append(claim, range.start(), rows);
        if (otherwise.isPresent()) {
          return otherwise.get();
        }
      }
    }
    if (SnapshotRanges.concerns(range)) {
      parts.ledger().advance(claim.partition(), range.end(), range.snapshots());
    }
    claim.committed(range.end());
    marks.landed(claim, range.end());
    return new CommitOutcome.Committed(range.end());
  }

  /** Empty if the rows have landed. */
  private Optional<CommitOutcome> append(StreamClaim claim, long start, StreamBatch batch) {
    if (!prepared(batch)) {
      // The table is not what the rows were encoded for; they come again, and are encoded for it.
      return Optional.of(new CommitOutcome.Moved(start));
    }
    TableStream stream =
        claim.stream(batch.target(), target -> new TableStream(claim, target, streams, clock));
    AppendResult result = stream.append(batch);
    if (result instanceof AppendResult.Refused refused) {
      return Optional.of(new CommitOutcome.Rejected(refused.rows()));
    }
    if (result instanceof AppendResult.Lost lost) {
      return Optional.of(new CommitOutcome.Fenced(lost.toWhom()));
    }
    return Optional.empty();
  }

  /** Makes the table fit the rows; false if the rows have to be made to fit the table. */
  private boolean prepared(StreamBatch batch) {
    Target target = batch.target();
    Set<ProtoEncoder> used = new LinkedHashSet<>();
    batch.pending().forEach(segment -> used.add(segment.encoder()));
    List<Schema> schemas = used.stream().map(ProtoEncoder::source).toList();
    List<TableFieldSchema> wanted = new ArrayList<>(parts.tables().columnsOf(schemas));
    wanted.addAll(KafkaColumns.fields());
    if (!checked.contains(target)) {
      parts.tables().find(target).ifPresent(table -> KafkaColumns.require(target, table));
    }
    List<TableFieldSchema> actual = parts.tables().ensure(target, wanted);
    checked.add(target);
    boolean rowsFit = parts.tables().fits(target, actual, schemas, List.of());
    return encoders.fit(target, used, actual) && rowsFit;
  }

  @Override
  public SnapshotStore snapshots() {
    return parts.snapshots();
  }

  /** Ends the streams, so that the next claim has nothing to end and nothing to look for. */
  @Override
  public void release(Claim claim) {
    StreamClaim ours = (StreamClaim) claim;
    ours.release();
    ours.streams().forEach(TableStream::end);
    marks.last(ours);
  }

  @Override
  public void close() {
    streams.service().close();
    parts.close();
  }
}
