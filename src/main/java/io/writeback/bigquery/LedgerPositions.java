package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Positions in the ledger, written now and then. What was written since is read again after a
 * crash, which is harmless where a repetition changes nothing. Safe for use by many threads.
 */
final class LedgerPositions {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerPositions.class);

  private final Ledger ledger;
  private final long intervalMs;
  private final InstantSource clock;
  private final boolean decisive;
  private final Map<TopicPartition, Long> waiting = new HashMap<>();
  private final Map<TopicPartition, Long> writtenMs = new HashMap<>();

  LedgerPositions(Ledger ledger, long intervalMs, InstantSource clock, boolean decisive) {
    this.ledger = ledger;
    this.intervalMs = intervalMs;
    this.clock = clock;
    this.decisive = decisive;
  }

  /** Whether reading starts at these positions, and not at Kafka's. */
  boolean areDecisive() {
    return decisive;
  }

  void landed(Claim claim, long end) {
    TopicPartition tp = claim.partition();
    synchronized (this) {
      waiting.put(tp, end);
      long now = clock.millis();
      if (now - writtenMs.computeIfAbsent(tp, p -> now) < intervalMs) {
        return;
      }
      writtenMs.put(tp, now);
      waiting.remove(tp);
    }
    try {
      ledger.advance(tp, end, Map.of());
    } catch (FaultException e) {
      LOG.warn("Left the position of {} out of the ledger for now: {}", tp, e.getMessage());
    }
  }

  void last(Claim claim) {
    Long end;
    synchronized (this) {
      writtenMs.remove(claim.partition());
      end = waiting.remove(claim.partition());
    }
    if (end != null) {
      ledger.advance(claim.partition(), end, Map.of());
    }
  }
}
