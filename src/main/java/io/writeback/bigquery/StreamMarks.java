package io.writeback.bigquery;

import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.retry.FaultException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes positions down, those of all partitions of the task at once, now and then. A mark that is
 * missing costs the next claim a query and rows that are delivered again, nothing else. Safe for
 * use by many threads.
 */
final class StreamMarks {
  private static final Logger LOG = LoggerFactory.getLogger(StreamMarks.class);

  private final StreamLedger ledger;
  private final long intervalMs;
  private final InstantSource clock;
  private final Map<TopicPartition, List<Entry>> waiting = new LinkedHashMap<>();
  private long lastMs;

  StreamMarks(StreamLedger ledger, long intervalMs, InstantSource clock) {
    this.ledger = ledger;
    this.intervalMs = intervalMs;
    this.clock = clock;
    this.lastMs = clock.millis();
  }

  /** A range of the partition has landed up to its position; called by its commit, at its end. */
  void landed(StreamClaim claim, long position) {
    List<Entry> marks = of(claim, position);
    List<Entry> due = new ArrayList<>();
    synchronized (this) {
      waiting.put(claim.partition(), marks);
      if (clock.millis() - lastMs >= intervalMs) {
        waiting.values().forEach(due::addAll);
        waiting.clear();
        lastMs = clock.millis();
      }
    }
    if (!due.isEmpty()) {
      try {
        ledger.write(due);
      } catch (FaultException e) {
        LOG.warn(
            "Left {} marks out; the next claim asks the tables: {}", due.size(), e.getMessage());
      }
    }
  }

  /** The position of a claim that is given up. */
  void last(StreamClaim claim) {
    synchronized (this) {
      waiting.remove(claim.partition());
    }
    if (claim.current().isPresent()) {
      ledger.write(of(claim, claim.current().getAsLong()));
    }
  }

  private static List<Entry> of(StreamClaim claim, long position) {
    List<Entry> marks = new ArrayList<>();
    for (TableStream stream : claim.streams()) {
      Entry mark = stream.mark(position);
      if (mark != null) {
        marks.add(mark);
      }
    }
    if (marks.isEmpty()) {
      marks.add(
          new Entry(
              claim.partition(),
              claim.epoch(),
              StreamLedger.MARK,
              claim.incarnation(),
              null,
              null,
              null,
              position,
              null));
    }
    return marks;
  }
}
