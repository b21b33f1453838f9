package io.writeback.domo;

import io.writeback.snapshot.SnapshotManifest.Range;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What became of the rows of a snapshot. Safe for use by many threads: without exactly-once support
 * Connect reports from the producer's thread.
 */
final class Acknowledgements {
  private final Map<TopicPartition, long[]> ranges =
      new TreeMap<>(
          Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
  private long emitted;
  private long sent;
  private long dropped;

  /** Rows were handed to Connect. Before that, so that no report comes first. */
  synchronized void emitted(long rows) {
    emitted += rows;
  }

  /**
   * One row's end.
   *
   * @param metadata where it is, after all transforms, or null if it was dropped on the way
   * @return whether this was the last open one
   */
  synchronized boolean acknowledged(RecordMetadata metadata) {
    if (metadata == null) {
      dropped++;
    } else {
      sent++;
      TopicPartition where = new TopicPartition(metadata.topic(), metadata.partition());
      // first, end, rows
      long[] range = ranges.computeIfAbsent(where, w -> new long[] {Long.MAX_VALUE, 0, 0});
      if (metadata.hasOffset()) {
        range[0] = Math.min(range[0], metadata.offset());
        range[1] = Math.max(range[1], metadata.offset() + 1);
      }
      range[2]++;
    }
    return sent + dropped == emitted;
  }

  /** No report is open any more: rows without one were dropped. */
  synchronized void settle() {
    dropped = emitted - sent;
  }

  synchronized boolean complete() {
    return sent + dropped == emitted;
  }

  synchronized long emitted() {
    return emitted;
  }

  synchronized long sent() {
    return sent;
  }

  synchronized long dropped() {
    return dropped;
  }

  /** The topic that most rows went to, if any row did. */
  synchronized Optional<String> topic() {
    return ranges.entrySet().stream()
        .max(Comparator.comparingLong(entry -> entry.getValue()[2]))
        .map(entry -> entry.getKey().topic());
  }

  /** Where the rows lie. */
  synchronized List<Range> ranges() {
    return ranges.entrySet().stream()
        .map(
            entry ->
                new Range(
                    entry.getKey().topic(),
                    entry.getKey().partition(),
                    entry.getValue()[0],
                    entry.getValue()[1],
                    entry.getValue()[2]))
        .toList();
  }
}
