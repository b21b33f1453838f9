package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.RowError;
import io.writeback.sink.CommitOutcome.RejectedRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Rows of one partition on their way into the default stream of one table, which knows no offsets:
 * a request whose answer is lost is sent again, and its rows may be there twice.
 */
final class DefaultStream {
  private final String stream;
  private final long inFlightBytes;
  private final AppendConnection connection;
  private long high = -1;

  /** First and last offsets of requests that landed behind a refused one. */
  private final TreeMap<Long, Long> behind = new TreeMap<>();

  DefaultStream(WriteStreams streams, String stream, long inFlightBytes) {
    this.stream = stream;
    this.inFlightBytes = inFlightBytes;
    this.connection = new AppendConnection(streams);
  }

  /**
   * Appends what was not acknowledged yet.
   *
   * @return rows that are refused; empty if all have landed
   * @throws StorageFailure if it is not known whether all have
   */
  synchronized List<RejectedRow> append(StreamBatch batch) {
    batch.keepAfter(high);
    Deque<RowSegment> waiting = new ArrayDeque<>();
    Deque<RowSegment> pending = new ArrayDeque<>(batch.pending());
    long inFlight = 0;
    try {
      while (!pending.isEmpty() || !waiting.isEmpty()) {
        RowSegment next = pending.peek();
        boolean room = waiting.isEmpty() || inFlight < inFlightBytes;
        if (next != null && room && (waiting.isEmpty() || connection.takes(next.encoder()))) {
          connection.send(stream, next, OptionalLong.empty());
          waiting.add(pending.remove());
          inFlight += next.wireBytes();
          continue;
        }
        AppendRowsResponse answer = connection.answer();
        RowSegment head = waiting.remove();
        inFlight -= head.wireBytes();
        if (answer.getRowErrorsCount() > 0) {
          return refused(head, answer, waiting);
        }
        if (answer.hasError()) {
          throw StorageFailure.of(answer.getError());
        }
        high = head.lastOffset();
        batch.landed();
      }
      return List.of();
    } catch (StorageFailure e) {
      connection.close();
      throw e;
    }
  }

  private List<RejectedRow> refused(
      RowSegment head, AppendRowsResponse answer, Deque<RowSegment> waiting) {
    List<RejectedRow> refused = new ArrayList<>(rows(head, answer));
    while (!waiting.isEmpty()) {
      AppendRowsResponse next = connection.answer();
      RowSegment segment = waiting.remove();
      refused.addAll(rows(segment, next));
      if (!next.hasError()) {
        behind.put(segment.firstOffset(), segment.lastOffset());
      }
    }
    return refused;
  }

  /** Whether the rows of a record are known to have landed. */
  synchronized boolean hasLanded(long offset) {
    Map.Entry<Long, Long> range = behind.floorEntry(offset);
    return offset <= high || (range != null && offset <= range.getValue());
  }

  static List<RejectedRow> rows(RowSegment segment, AppendRowsResponse answer) {
    List<RejectedRow> refused = new ArrayList<>();
    for (RowError error : answer.getRowErrorsList()) {
      refused.add(
          new RejectedRow(
              segment.offset((int) error.getIndex()),
              BigQueryFaults.withoutValues(error.getMessage())));
    }
    return refused;
  }

  synchronized void close() {
    connection.close();
  }
}
