package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.bigquery.StreamLedger.Known;
import io.writeback.retry.Backoff;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.Target;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds the offset up to which the records of a partition have landed in a table. If every stream
 * that ever carried them is accounted for, the ledger knows; otherwise the table itself is asked,
 * until it shows as many rows as the ended streams say they have.
 */
final class HighWaterMark {
  private static final Backoff POLL = new Backoff(200, 5_000);

  private final StreamLedger ledger;
  private final BigQueryTables tables;
  private final long visibleWithinMs;
  private final InstantSource clock;
  private final Sleeper sleeper;

  /**
   * A finder.
   *
   * @param visibleWithinMs how long rows of an ended stream may stay invisible before it is an
   *     error; they never should for long
   */
  HighWaterMark(
      StreamLedger ledger,
      BigQueryTables tables,
      long visibleWithinMs,
      InstantSource clock,
      Sleeper sleeper) {
    this.ledger = ledger;
    this.tables = tables;
    this.visibleWithinMs = visibleWithinMs;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  /** A stream that is not accounted for: rows may lie at or above {@code from}. */
  private record Loose(Entry stream, long from, long rows, Long all, Instant since) {}

  /** The offset of the last landed record, or -1. */
  long of(StreamClaim claim, Target target) {
    long known = claim.position().orElse(0) - 1;
    Map<String, List<Known>> byStream = new HashMap<>();
    long setAt = StreamLedger.setAt(claim.known());
    for (Known k : claim.known()) {
      // What landed before the position was set by hand is no reason to leave anything out.
      if (k.entry().epoch() >= setAt && target.equals(k.entry().target())) {
        byStream.computeIfAbsent(k.entry().stream(), s -> new ArrayList<>()).add(k);
        known = k.entry().high() == null ? known : Math.max(known, k.entry().high());
      }
    }
    List<Loose> loose = new ArrayList<>();
    byStream.values().forEach(entries -> loose(entries).ifPresent(loose::add));
    if (loose.isEmpty()) {
      return known;
    }
    long high = Math.max(known, ask(claim, target, loose));
    seal(loose, high);
    return high;
  }

  /** The table's answer, for streams that were ended in this claim with this many rows. */
  long ask(StreamClaim claim, Target target, Entry stream, long from, long rows, Instant since) {
    return ask(claim, target, List.of(new Loose(stream, from, rows, rows, since)));
  }

  private static Optional<Loose> loose(List<Known> entries) {
    Entry stream = null;
    Instant since = Instant.EPOCH;
    long marked = 0;
    Long from = null;
    Long all = null;
    for (Known k : entries) {
      Entry e = k.entry();
      switch (e.kind()) {
        case StreamLedger.SEALED -> {
          return Optional.empty();
        }
        case StreamLedger.STREAM -> {
          stream = e;
          since = k.since();
        }
        case StreamLedger.MARK -> {
          marked = e.rows();
          from = e.next();
        }
        case StreamLedger.DONE -> all = e.rows();
        default -> {
          // Claims and positions set by hand have no stream.
        }
      }
    }
    if (stream == null || (all != null && all == marked)) {
      return Optional.empty();
    }
    long lowest = from == null ? (stream.next() == null ? 0 : stream.next()) : from;
    // An expired stream has been idle for days: what it had is visible, whatever its number.
    return Optional.of(new Loose(stream, lowest, all == null ? 0 : all - marked, all, since));
  }

  private long ask(StreamClaim claim, Target target, List<Loose> loose) {
    long from = loose.stream().mapToLong(Loose::from).min().orElse(0);
    long expected = loose.stream().mapToLong(Loose::rows).sum();
    Optional<Table> table = tables.find(target);
    boolean hasOffsets =
        table
            .map(BigQueryTables::fields)
            .flatMap(columns -> TableFields.find(columns, KafkaColumns.OFFSET))
            .isPresent();
    if (expected == 0 && !hasOffsets) {
      return -1;
    }
    Optional<TablePartitioning> ingested =
        table.flatMap(TablePartitioning::of).filter(p -> p.column().isEmpty());
    Optional<Instant> since =
        ingested.flatMap(p -> loose.stream().map(Loose::since).min(Instant::compareTo));
    String among =
        ingested
            .map(p -> p.ingestedSince("@since"))
            .or(() -> table.flatMap(t -> TablePartitioning.required(t, "")))
            .orElse("");
    long deadline = clock.millis() + visibleWithinMs;
    for (int attempt = 1; ; attempt++) {
      StreamLedger.HighWater found =
          ledger.highWater(claim.partition(), target, from, among, since);
      if (found.seen() >= expected) {
        OptionalLong high = found.high();
        return high.orElse(-1);
      }
      if (clock.millis() >= deadline) {
        throw FaultException.configuration(
            String.format(
                "%d rows of %s were streamed into %s at or above offset %d, but the table shows %d"
                    + " of them. If rows were deleted by hand, set the position with the"
                    + " connector's offsets endpoint, or raise delivery.generation",
                expected, claim.partition(), target, from, found.seen()),
            null);
      }
      pause(attempt);
    }
  }

  private void seal(List<Loose> loose, long high) {
    List<Entry> sealed = new ArrayList<>();
    for (Loose l : loose) {
      Entry s = l.stream();
      sealed.add(
          new Entry(
              s.partition(),
              s.epoch(),
              StreamLedger.SEALED,
              s.incarnation(),
              s.target(),
              s.stream(),
              l.all(),
              null,
              high));
    }
    ledger.write(sealed);
  }

  private void pause(int attempt) {
    try {
      sleeper.sleepMs(POLL.delayMs(attempt, ThreadLocalRandom.current()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.retry("interrupted while rows were awaited", e);
    }
  }
}
