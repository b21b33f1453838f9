package io.writeback.bigquery;

import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.bigquery.StreamLedger.Known;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes partitions: becomes the holder of the next epoch, then ends every stream that an earlier
 * holder may still append to.
 *
 * <p>Invariant: when a claim is answered, no older stream of the partition can grow; and an older
 * holder that opens another one afterwards reads the ledger before it appends, and finds the claim.
 */
final class StreamClaims {
  private static final Logger LOG = LoggerFactory.getLogger(StreamClaims.class);

  private static final Set<String> POSITIONS =
      Set.of(StreamLedger.MARK, StreamLedger.SET, StreamLedger.STREAMS);

  private final StreamLedger ledger;
  private final WriteStreams streams;
  private final BigQueryTables tables;

  StreamClaims(StreamLedger ledger, WriteStreams streams, BigQueryTables tables) {
    this.ledger = ledger;
    this.streams = streams;
    this.tables = tables;
  }

  StreamClaim claim(TopicPartition tp, Ledger.Partition staged) {
    String incarnation = UUID.randomUUID().toString();
    long epoch = ledger.newestEpoch(tp) + 1;
    while (!ledger.claim(tp, epoch, incarnation)) {
      epoch++;
    }
    List<Known> known = ledger.read(tp);
    refuseNewerGeneration(tp, known);
    if (end(tp, known)) {
      known = ledger.read(tp);
    }
    return claim(tp, epoch, incarnation, staged, known);
  }

  /** The same claim, with what was written into the ledger since. */
  StreamClaim again(StreamClaim claim, Ledger.Partition staged) {
    TopicPartition tp = claim.partition();
    return claim(tp, claim.epoch(), claim.incarnation(), staged, ledger.read(tp));
  }

  private StreamClaim claim(
      TopicPartition tp,
      long epoch,
      String incarnation,
      Ledger.Partition staged,
      List<Known> known) {
    List<Known> ours = known.stream().filter(k -> k.generation() == ledger.generation()).toList();
    OptionalLong position = furthest(position(ours), staged.position());
    return new StreamClaim(tp, epoch, incarnation, position, staged.snapshots(), ours);
  }

  private void refuseNewerGeneration(TopicPartition tp, List<Known> known) {
    if (known.stream().anyMatch(k -> k.generation() > ledger.generation())) {
      throw FaultException.configuration(
          "a newer delivery.generation than "
              + ledger.generation()
              + " has taken "
              + tp
              + " over: raise delivery.generation here too, or stop one of the two connectors",
          null);
    }
  }

  /** Ends what is not known to be ended; whether there was anything. */
  private boolean end(TopicPartition tp, List<Known> known) {
    Set<String> done = new HashSet<>();
    known.stream()
        .filter(k -> k.entry().kind().equals(StreamLedger.DONE))
        .forEach(k -> done.add(k.entry().stream()));
    List<Entry> ended = new ArrayList<>();
    for (Known k : known) {
      Entry stream = k.entry();
      if (stream.kind().equals(StreamLedger.STREAM) && !done.contains(stream.stream())) {
        OptionalLong rows = finish(stream.target(), stream.stream());
        LOG.info(
            "Ended stream {} of {} with {} rows",
            stream.stream(),
            tp,
            rows.isPresent() ? rows.getAsLong() : "an unknown number of");
        ended.add(done(stream, rows));
      }
    }
    ledger.write(ended);
    return !ended.isEmpty();
  }

  static Entry done(Entry stream, OptionalLong rows) {
    return new Entry(
        stream.partition(),
        stream.epoch(),
        StreamLedger.DONE,
        stream.incarnation(),
        stream.target(),
        stream.stream(),
        rows.isPresent() ? rows.getAsLong() : null,
        null,
        null);
  }

  /**
   * Ends a stream. Only an answer that it is gone says so: a denial may be a table that was just
   * made, and is no answer, unless the table itself is gone.
   */
  private OptionalLong finish(Target table, String stream) {
    try {
      return streams.finish(stream);
    } catch (StorageFailure e) {
      if (e.kind() == StorageFailure.Kind.DENIED && tables.columns(table).isEmpty()) {
        return OptionalLong.empty();
      }
      throw FaultException.retry("ending stream " + stream + ": " + e.getMessage(), e);
    }
  }

  /** The furthest mark; if the position was set by hand, what is older does not count. */
  private static OptionalLong position(List<Known> known) {
    long setAt = StreamLedger.setAt(known);
    return known.stream()
        .map(Known::entry)
        .filter(e -> e.epoch() >= setAt && e.next() != null && POSITIONS.contains(e.kind()))
        .mapToLong(Entry::next)
        .max();
  }

  private static OptionalLong furthest(OptionalLong a, OptionalLong b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    return OptionalLong.of(Math.max(a.getAsLong(), b.getAsLong()));
  }
}
