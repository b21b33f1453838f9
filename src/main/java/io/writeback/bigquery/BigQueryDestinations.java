package io.writeback.bigquery;

import io.writeback.retry.Sleeper;
import io.writeback.sink.DeliveryGuarantee;
import io.writeback.sink.Destination;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.UpsertKey;
import io.writeback.sink.WriteMode;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.common.TopicPartition;

/** Builds the destination that a configuration asks for. */
final class BigQueryDestinations {
  private final SinkSettings sink;
  private final BigQuerySettings settings;
  private final BigQuerySettings.Streaming streaming;
  private final InstantSource clock;
  private final Sleeper sleeper;

  BigQueryDestinations(
      SinkSettings sink, BigQuerySettings settings, InstantSource clock, Sleeper sleeper) {
    this.sink = sink;
    this.settings = settings;
    this.streaming = settings.streaming().telling(new RecordFacts(sink.metadataColumns(), clock));
    this.clock = clock;
    this.sleeper = sleeper;
  }

  Destination open() {
    RestClients rest = new BigQueryClients(settings).connect();
    return switch (settings.method()) {
      case LOAD_JOB -> loads(rest);
      case STORAGE_WRITE -> streaming(rest, service());
      case INSERT_ALL -> inserting(rest);
    };
  }

  /**
   * Sets positions by hand.
   *
   * @param offsets null for a partition that starts over
   * @return whether Connect may change its own too
   */
  boolean setPositions(Map<TopicPartition, Long> offsets) {
    BigQueryParts parts = parts(new BigQueryClients(settings).connect());
    BigQueryPositions positions = new BigQueryPositions(parts, sink.writeMode());
    try {
      if (settings.method() == BigQuerySettings.WriteMethod.LOAD_JOB) {
        // Whatever is promised, positions of load jobs are kept in their chain.
        positions.setRegisters(offsets, chains(parts));
        return true;
      }
      if (sink.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE) {
        positions.setLedger(offsets);
        return true;
      }
      if (sink.writeMode() == WriteMode.UPSERT) {
        parts.books().ensure();
        new ChangeRewind(parts.ledger(), clock).check(offsets);
        positions.setLedger(offsets);
      } else {
        try (WriteStreams service = service()) {
          positions.setStreams(
              offsets, parts.streams(), new StreamClaims(parts.streams(), service, parts.tables()));
        }
      }
      return true;
    } finally {
      parts.close();
    }
  }

  private WriteStreams service() {
    return new BigQueryClients(settings).streams();
  }

  /** Claims chains; the Storage Write API is spoken to only if streams had the partition. */
  private BiFunction<TopicPartition, Ledger.Partition, RegisterChain> chains(BigQueryParts parts) {
    HighWaterMark highWater = highWater(parts);
    return (tp, staged) ->
        parts
            .turns()
            .claimForLoads(tp, staged, parts.chains(), parts.tables(), highWater, this::service);
  }

  private HighWaterMark highWater(BigQueryParts parts) {
    return new HighWaterMark(
        parts.streams(), parts.tables(), streaming.visibleWithinMs(), clock, sleeper);
  }

  /** With views and SQL of the user, if there are any. */
  private Destination hooked(BigQueryParts parts, Destination destination) {
    SqlKeys.Hooks hooks = settings.sql().hooks();
    if (hooks.afterCommit().isEmpty()
        && hooks.afterSnapshot().isEmpty()
        && settings.sql().views().isEmpty()) {
      return destination;
    }
    return new HookedDestination(
        destination,
        parts.snapshots(),
        hooks,
        new SqlJobs(parts.jobs(), parts.sql(), hooks, sink.deliveryId(), sleeper),
        new Views(
            parts.rest(),
            parts.sql(),
            settings.sql().views(),
            settings.dataset(),
            sink.deliveryId(),
            clock),
        settings.dataset() + "\0" + sink.deliveryId() + "\0" + sink.generation());
  }

  Destination inserting(RestClients rest) {
    BigQueryParts parts = parts(rest);
    return hooked(
        parts,
        new AtLeastOnceDestination(
            parts,
            new InsertAllPath(parts.rest(), parts.tables(), rows()),
            noted(parts, false),
            rows()));
  }

  Destination loads(RestClients rest) {
    BigQueryParts parts = parts(rest);
    return hooked(parts, new BigQueryDestination(sink, parts, chains(parts), rows()));
  }

  /** Streaming through the given service. */
  Destination streaming(RestClients rest, WriteStreams service) {
    BigQueryParts parts = parts(rest);
    return hooked(parts, streaming(parts, service));
  }

  private Destination streaming(BigQueryParts parts, WriteStreams service) {
    if (sink.writeMode() == WriteMode.UPSERT) {
      return changes(parts, service);
    }
    if (sink.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE) {
      return new AtLeastOnceDestination(
          parts,
          new DefaultStreamPath(service, parts.tables(), streaming),
          noted(parts, false),
          rows());
    }
    return new StreamDestination(
        sink,
        streaming,
        parts,
        new StreamParts(
            service,
            parts.streams(),
            highWater(parts),
            parts.tables(),
            new StreamBudget(sink.tasks(), clock),
            streaming.inFlightBytes()),
        new StreamMarks(parts.streams(), streaming.markIntervalMs(), clock),
        clock);
  }

  private Destination changes(BigQueryParts parts, WriteStreams service) {
    ChangeSequence sequence = ChangeSequence.parse(settings.upsert().sequence(), sink.generation());
    boolean byOffset = sequence.source() == ChangeSequence.Source.OFFSET;
    return new AtLeastOnceDestination(
        parts,
        new ChangePath(
            service,
            parts.tables(),
            streaming,
            new KeyedRows(new ChangeRows(new UpsertKey(sink.upsert())), parts.tables().detours()),
            sequence,
            new ChangeSources(
                parts.rest(), byOffset ? settings.upsert().partitions() : 0, sink.generation()),
            new MaxStaleness(parts.queries(), parts.sql())),
        noted(parts, true),
        rows());
  }

  private RowShape.Rules rows() {
    return streaming.rows();
  }

  private LedgerPositions noted(BigQueryParts parts, boolean decisive) {
    return new LedgerPositions(parts.ledger(), streaming.markIntervalMs(), clock, decisive);
  }

  private BigQueryParts parts(RestClients rest) {
    return BigQueryParts.of(sink, settings, rows().facts(), rest, clock, sleeper);
  }
}
