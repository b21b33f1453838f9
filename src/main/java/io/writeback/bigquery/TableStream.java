package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/**
 * The rows of one claimed partition on their way into one table: a stream at a time, each append at
 * an explicit offset.
 *
 * <p>Invariants: rows are appended in the order of their records, so what has landed is a prefix,
 * and {@code high} says where it ends. A stream is replaced, never continued, when it is not
 * certain what an offset of it holds. An append that is repeated has the same bytes and the same
 * offset; only then does ALREADY_EXISTS mean that it landed.
 */
final class TableStream {
  private static final long UNKNOWN = -2;

  private final StreamClaim claim;
  private final Target target;
  private final StreamParts parts;
  private final InstantSource clock;
  private final AppendConnection connection;

  /** Requests that were sent and are not known to have landed, in order; how often, and where. */
  private final Map<RowSegment, Sent> doubtful = new LinkedHashMap<>();

  private long high = UNKNOWN;
  private OpenedStream stream;
  private long rows;

  /** Whether other bytes than those in doubt may have been sent to an offset of the stream. */
  private boolean mixed;

  private record Sent(long offset, int times) {}

  TableStream(StreamClaim claim, Target target, StreamParts parts, InstantSource clock) {
    this.claim = claim;
    this.target = target;
    this.parts = parts;
    this.clock = clock;
    this.connection = new AppendConnection(parts.service());
  }

  /**
   * Appends what has not landed yet. After a failure the same batch may be given again.
   *
   * @throws FaultException if it is not known, or known not to be so, that all rows have landed
   */
  synchronized AppendResult append(StreamBatch batch) {
    if (high == UNKNOWN) {
      high = parts.highWater().of(claim, target);
    }
    if (!doubtful.isEmpty() && !isPrefix(batch)) {
      end();
    }
    if (doubtful.isEmpty()) {
      batch.keepAfter(high);
    }
    List<RowSegment> pending = batch.pending();
    if (pending.isEmpty()) {
      return new AppendResult.Landed();
    }
    if (stream == null && !open(pending.get(0).firstOffset())) {
      return new AppendResult.Lost(
          "another task, at epoch " + parts.ledger().newestEpoch(partition()));
    }
    try {
      return pipeline(batch, pending);
    } catch (StorageFailure e) {
      if (e.kind() != StorageFailure.Kind.PASSING) {
        return failed(e);
      }
      // Mostly a connection that had idled for too long.
      connection.close();
    }
    try {
      return pipeline(batch, batch.pending());
    } catch (StorageFailure e) {
      return failed(e);
    }
  }

  private boolean isPrefix(StreamBatch batch) {
    List<RowSegment> pending = batch.pending();
    List<RowSegment> sent = new ArrayList<>(doubtful.keySet());
    return sent.size() <= pending.size() && pending.subList(0, sent.size()).equals(sent);
  }

  private AppendResult pipeline(StreamBatch batch, List<RowSegment> pending) {
    Deque<RowSegment> waiting = new ArrayDeque<>();
    long at = rows;
    long inFlight = 0;
    int next = 0;
    while (next < pending.size() || !waiting.isEmpty()) {
      RowSegment candidate = next < pending.size() ? pending.get(next) : null;
      boolean room = waiting.isEmpty() || inFlight < parts.inFlightBytes();
      if (candidate != null
          && room
          && (waiting.isEmpty() || connection.takes(candidate.encoder()))) {
        send(candidate, at);
        waiting.add(candidate);
        at += candidate.rows();
        inFlight += candidate.wireBytes();
        next++;
        continue;
      }
      RowSegment head = waiting.remove();
      inFlight -= head.wireBytes();
      AppendRowsResponse answer = connection.answer();
      if (answer.getRowErrorsCount() > 0) {
        List<RejectedRow> refused = new ArrayList<>(DefaultStream.rows(head, answer));
        doubtful.remove(head);
        mixed = true;
        drain(waiting, refused);
        return new AppendResult.Refused(refused);
      }
      if (answer.hasError()) {
        StorageFailure failure = StorageFailure.of(answer.getError());
        boolean landed =
            failure.kind() == StorageFailure.Kind.ALREADY_EXISTS && doubtful.get(head).times() > 1;
        if (!landed) {
          throw failure;
        }
      }
      landed(head, batch);
    }
    return new AppendResult.Landed();
  }

  private void send(RowSegment segment, long at) {
    // Noted before it is sent: whatever happens now, it may have landed.
    doubtful.merge(segment, new Sent(at, 1), (old, first) -> new Sent(at, old.times() + 1));
    connection.send(stream.name(), segment, OptionalLong.of(at));
  }

  private void landed(RowSegment segment, StreamBatch batch) {
    doubtful.remove(segment);
    rows += segment.rows();
    high = segment.lastOffset();
    batch.landed();
  }

  /**
   * Requests behind a refused one cannot land, but their answers are waited for: one that came late
   * could find its offset taken by other bytes, or free.
   */
  private void drain(Deque<RowSegment> waiting, List<RejectedRow> refused) {
    while (!waiting.isEmpty()) {
      AppendRowsResponse answer = connection.answer();
      RowSegment segment = waiting.remove();
      refused.addAll(DefaultStream.rows(segment, answer));
      if (answer.hasError()) {
        doubtful.remove(segment);
      }
    }
  }

  private AppendResult failed(StorageFailure failure) {
    connection.close();
    switch (failure.kind()) {
      case FINALIZED -> {
        long newest = parts.ledger().newestEpoch(partition());
        if (newest > claim.epoch()) {
          return new AppendResult.Lost("another task, at epoch " + newest);
        }
        end();
      }
      case ALREADY_EXISTS, OUT_OF_RANGE -> {
        mixed = true;
        end();
      }
      case GONE -> end();
      case DENIED -> {
        if (stream.isTableGone(parts.tables())) {
          end();
          throw BigQueryFaults.vanished(target);
        }
      }
      case EXTRA_FIELDS -> parts.tables().forget(target);
      default -> {
        // The same bytes are sent to the same offset again.
      }
    }
    throw failure.asFault("appending to " + target);
  }

  /** Opens a stream; false if the partition is somebody else's by now. */
  private boolean open(long firstOffset) {
    parts.budget().take();
    try {
      String name = parts.service().create(target);
      Entry opened =
          new Entry(
              partition(),
              claim.epoch(),
              StreamLedger.STREAM,
              claim.incarnation(),
              target,
              name,
              null,
              firstOffset,
              null);
      // Written before it is used, and read after: a claim made meanwhile sees it, or is seen.
      parts.ledger().open(opened);
      if (claim.isReleased() || parts.ledger().newestEpoch(partition()) > claim.epoch()) {
        parts.service().finish(name);
        return false;
      }
      // Last: made anew after this it is another table, made anew before it the stream is lost.
      Optional<Long> made = OpenedStream.creation(parts.tables(), target);
      stream = new OpenedStream(opened, made, clock.instant());
      rows = 0;
      mixed = false;
      return true;
    } catch (StorageFailure e) {
      parts.tables().forget(target);
      throw e.asFault("opening a stream into " + target);
    }
  }

  /** Ends the stream if there is one, finds out what has landed on it, and leaves it behind. */
  synchronized void end() {
    connection.close();
    if (stream == null) {
      return;
    }
    OptionalLong all = stream.finish(parts);
    for (Map.Entry<RowSegment, Sent> sent : doubtful.entrySet()) {
      RowSegment segment = sent.getKey();
      if (!mixed
          && all.isPresent()
          && sent.getValue().offset() == rows
          && rows + segment.rows() <= all.getAsLong()) {
        rows += segment.rows();
        high = segment.lastOffset();
      }
    }
    if (all.isEmpty() ? !doubtful.isEmpty() : all.getAsLong() != rows) {
      // A table that was made anew has of those rows what somebody put there, and no more to come.
      long expected = stream.isTableGone(parts.tables()) ? 0 : all.orElse(rows);
      high =
          Math.max(
              high,
              parts
                  .highWater()
                  .ask(
                      claim, target, stream.entry(), stream.entry().next(), expected, stream.at()));
    }
    parts
        .ledger()
        .write(
            List.of(
                StreamClaims.done(stream.entry(), all), entry(StreamLedger.SEALED, null, high)));
    stream = null;
    doubtful.clear();
  }

  /** What is known to have landed, for a mark; null if there is no stream. */
  synchronized Entry mark(long position) {
    return stream == null || !doubtful.isEmpty() ? null : entry(StreamLedger.MARK, position, high);
  }

  private Entry entry(String kind, Long next, Long upTo) {
    return new Entry(
        partition(),
        claim.epoch(),
        kind,
        claim.incarnation(),
        target,
        stream.name(),
        rows,
        next,
        upTo);
  }

  private TopicPartition partition() {
    return claim.partition();
  }
}
