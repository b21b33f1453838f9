package io.writeback.bigquery;

import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.bigquery.StreamLedger.Known;
import io.writeback.retry.FaultException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose turn a partition is: that of load jobs or that of streams. Each keeps its position in its
 * own way, so that {@code bigquery.write.method} can only change if the next one takes over where
 * the last one really stands, and ends it first.
 *
 * <p>Invariants: streams append only after the chain of the load jobs' turn was ended; load jobs
 * are submitted to a new chain only after every stream was ended and all its rows lie below the
 * position.
 */
final class LoadTurns {
  private static final Logger LOG = LoggerFactory.getLogger(LoadTurns.class);

  private final StreamLedger ledger;

  LoadTurns(StreamLedger ledger) {
    this.ledger = ledger;
  }

  /** The load jobs' newest turn, as far as the ledger knows. */
  LoadTurn of(TopicPartition tp, long generation) {
    return turn(ledger.read(tp).stream().filter(k -> k.generation() == generation).toList());
  }

  private static LoadTurn turn(List<Known> known) {
    return newest(known, StreamLedger.LOADS)
        .map(
            e ->
                new LoadTurn(
                    e.epoch(),
                    e.rows(),
                    e.next() == null ? OptionalLong.empty() : OptionalLong.of(e.next())))
        .orElse(LoadTurn.ONLY);
  }

  private static Optional<Entry> newest(List<Known> known, String kind) {
    return known.stream()
        .map(Known::entry)
        .filter(e -> e.is(kind))
        .max(Comparator.comparingLong(Entry::epoch));
  }

  private static boolean isStreamed(List<Known> known) {
    long loads = turn(known).epoch();
    return known.stream()
        .map(Known::entry)
        .anyMatch(
            e -> e.epoch() > loads && (e.is(StreamLedger.STREAMS) || e.is(StreamLedger.STREAM)));
  }

  /** Claims a partition for load jobs. */
  RegisterChain claimForLoads(
      TopicPartition tp,
      Ledger.Partition staged,
      RegisterChains chains,
      BigQueryTables tables,
      HighWaterMark highWater,
      Supplier<WriteStreams> open) {
    List<Known> known =
        ledger.read(tp).stream().filter(k -> k.generation() == ledger.generation()).toList();
    if (!isStreamed(known)) {
      return chains.claim(tp, turn(known));
    }
    StreamClaim last;
    try (WriteStreams service = open.get()) {
      last = new StreamClaims(ledger, service, tables).claim(tp, staged);
    }
    new StreamLeftovers(highWater, tables, ledger).refuseAny(last);
    long first = newest(last.known(), StreamLedger.STREAMS).map(Entry::rows).orElse(0L);
    LoadTurn turn = new LoadTurn(last.epoch(), first, last.position());
    write(last, StreamLedger.LOADS, first, last.position());
    LOG.info("Load jobs take {} over from streams at {}", tp, last.position());
    return chains.claim(tp, turn);
  }

  /** Ends what load jobs may still write to a partition that was claimed for streams. */
  StreamClaim claimForStreams(
      StreamClaim claim, Ledger.Partition staged, RegisterChains chains, StreamClaims claims) {
    List<Known> known = claim.known();
    LoadTurn turn = turn(known);
    if (newest(known, StreamLedger.STREAMS).filter(e -> e.epoch() > turn.epoch()).isPresent()) {
      return claim;
    }
    RegisterChain chain = chains.walk(claim.partition(), turn);
    if (chain.nextEnd().isPresent()) {
      throw FaultException.configuration(
          "load jobs have written a range of "
              + claim.partition()
              + " to some of its tables only. Set bigquery.write.method=load_job until the"
              + " connector has stopped in order once, then change it",
          null);
    }
    OptionalLong position = chain.position().isPresent() ? chain.position() : turn.position();
    chain.end();
    chains.endEarlierGenerations(claim.partition());
    write(claim, StreamLedger.STREAMS, chain.head(), position);
    if (position.isEmpty()) {
      return claim;
    }
    LOG.info("Streams take {} over from load jobs at {}", claim.partition(), position);
    return claims.again(claim, staged);
  }

  private void write(StreamClaim claim, String kind, long first, OptionalLong position) {
    ledger.write(
        List.of(
            new Entry(
                claim.partition(),
                claim.epoch(),
                kind,
                claim.incarnation(),
                null,
                null,
                first,
                position.isPresent() ? position.getAsLong() : null,
                null)));
  }
}
