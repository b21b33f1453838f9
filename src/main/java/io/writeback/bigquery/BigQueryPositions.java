package io.writeback.bigquery;

import io.writeback.sink.WriteMode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Positions set by an operator, through Connect's offsets endpoint. Rows that lie at or above the
 * new position and are in a table already will be there twice: that is what was asked for.
 */
final class BigQueryPositions {
  private static final Logger LOG = LoggerFactory.getLogger(BigQueryPositions.class);

  private final BigQueryParts parts;
  private final WriteMode mode;

  BigQueryPositions(BigQueryParts parts, WriteMode mode) {
    this.parts = parts;
    this.mode = mode;
  }

  /**
   * Sets positions of registers and of the ledger.
   *
   * @param offsets null for a partition that starts over from its first offset
   */
  void setRegisters(
      Map<TopicPartition, Long> offsets,
      BiFunction<TopicPartition, Ledger.Partition, RegisterChain> chains) {
    parts.books().ensure();
    ordered(offsets)
        .forEach(
            (tp, offset) -> {
              long to = offset == null ? 0 : offset;
              if (BigQueryDestination.isChained(mode)) {
                RegisterChain chain = chains.apply(tp, parts.ledger().partition(tp));
                parts.ledger().hints(Map.of(tp, chain.set(to)));
              }
              parts.ledger().set(tp, to);
              LOG.info("Set the position of {} to {}", tp, to);
            });
  }

  /** Sets positions that only the ledger keeps. */
  void setLedger(Map<TopicPartition, Long> offsets) {
    parts.books().ensure();
    ordered(offsets).forEach((tp, offset) -> parts.ledger().set(tp, offset));
  }

  /** Sets positions of streams: claims the partition, so that no stream of it can grow. */
  void setStreams(Map<TopicPartition, Long> offsets, StreamLedger ledger, StreamClaims claims) {
    parts.books().ensure();
    ordered(offsets)
        .forEach(
            (tp, offset) -> {
              Ledger.Partition staged = parts.ledger().partition(tp);
              StreamClaim claim =
                  parts
                      .turns()
                      .claimForStreams(claims.claim(tp, staged), staged, parts.chains(), claims);
              parts.ledger().set(tp, offset);
              ledger.write(
                  List.of(
                      new StreamLedger.Entry(
                          tp,
                          claim.epoch(),
                          StreamLedger.SET,
                          claim.incarnation(),
                          null,
                          null,
                          null,
                          offset,
                          null)));
              LOG.info("Set the position of {} to {}", tp, offset == null ? "its start" : offset);
            });
  }

  private static Map<TopicPartition, Long> ordered(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, Long> ordered =
        new TreeMap<>(
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
    ordered.putAll(offsets);
    return ordered;
  }
}
