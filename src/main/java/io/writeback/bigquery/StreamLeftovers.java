package io.writeback.bigquery;

import io.writeback.bigquery.StreamLedger.Entry;
import io.writeback.bigquery.StreamLedger.Known;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Rows that ended streams have landed at or above a partition's position. The same streams' filter
 * leaves them out when they are delivered again; whoever has no such filter, or looks for them in
 * another table, would write them twice.
 */
final class StreamLeftovers {
  private final HighWaterMark highWater;
  private final BigQueryTables tables;
  private final StreamLedger ledger;

  StreamLeftovers(HighWaterMark highWater, BigQueryTables tables, StreamLedger ledger) {
    this.highWater = highWater;
    this.tables = tables;
    this.ledger = ledger;
  }

  /**
   * Makes sure that records go to the tables that they went to under earlier claims, or that all of
   * those have been marked.
   *
   * @throws FaultException CONFIGURATION if not
   */
  void refuseOtherRouting(StreamClaim claim) {
    Map<String, String> byIncarnation =
        claim.known().stream()
            .map(Known::entry)
            .filter(e -> e.is(StreamLedger.CLAIM) && e.routing() != null)
            .collect(Collectors.toMap(Entry::incarnation, Entry::routing, (a, b) -> a));
    refuse(
        claim,
        stream ->
            !ledger
                .routing()
                .equals(byIncarnation.getOrDefault(stream.incarnation(), ledger.routing())),
        Routing.KEYS
            + " have changed. Put them back until the connector has stopped in order once, then"
            + " change them");
  }

  /** Makes sure that nothing has to be left out, because load jobs leave nothing out. */
  void refuseAny(StreamClaim claim) {
    refuse(
        claim,
        stream -> true,
        "load jobs cannot leave them out. Set bigquery.write.method=storage_write until the"
            + " connector has stopped in order once, then change it");
  }

  private void refuse(StreamClaim claim, Predicate<Entry> concerned, String why) {
    long setAt = StreamLedger.setAt(claim.known());
    List<Entry> streams =
        claim.known().stream()
            .map(Known::entry)
            .filter(e -> e.is(StreamLedger.STREAM) && e.epoch() >= setAt && concerned.test(e))
            .toList();
    Set<Target> targets = new LinkedHashSet<>();
    streams.forEach(stream -> targets.add(stream.target()));
    for (Target target : targets) {
      // What was in a table that is gone is not written twice.
      long high = tables.find(target).isEmpty() ? -1 : highWater.of(claim, target);
      if (high >= claim.position().orElse(0)) {
        throw FaultException.configuration(
            String.format(
                "rows of %s up to offset %d are in %s already, but its position is %s, and %s; or"
                    + " raise delivery.generation, or set the position with the connector's offsets"
                    + " endpoint",
                claim.partition(),
                high,
                target,
                claim.position().isPresent() ? claim.position().getAsLong() : "not known",
                why),
            null);
      }
    }
  }
}
