package io.writeback.bigquery;

import com.google.api.services.bigquery.Bigquery;
import io.writeback.retry.Sleeper;
import io.writeback.sink.DeliveryGuarantee;
import io.writeback.sink.Destination;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.UpsertKey;
import io.writeback.sink.WriteMode;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Builds the destination that a configuration asks for. */
final class BigQueryDestinations {
  private final SinkSettings sink;
  private final BigQuerySettings settings;
  private final InstantSource clock;
  private final Sleeper sleeper;

  BigQueryDestinations(
      SinkSettings sink, BigQuerySettings settings, InstantSource clock, Sleeper sleeper) {
    this.sink = sink;
    this.settings = settings;
    this.clock = clock;
    this.sleeper = sleeper;
  }

  Destination open() {
    BigQueryClients clients = new BigQueryClients(settings);
    Bigquery rest = clients.rest();
    return switch (settings.method()) {
      case LOAD_JOB -> loads(rest);
      case STORAGE_WRITE ->
          streaming(
              rest,
              new GrpcWriteStreams(
                  clients.write(), settings.project(), settings.requestTimeoutMs()));
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
    BigQueryClients clients = new BigQueryClients(settings);
    BigQueryParts parts = parts(clients.rest());
    BigQueryPositions positions = new BigQueryPositions(parts, sink.writeMode());
    try {
      if (sink.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE) {
        return true;
      }
      if (settings.method() == BigQuerySettings.WriteMethod.STORAGE_WRITE) {
        try (WriteStreams service =
            new GrpcWriteStreams(
                clients.write(), settings.project(), settings.requestTimeoutMs())) {
          StreamLedger ledger = ledger(parts);
          positions.setStreams(offsets, ledger, new StreamClaims(ledger, service, parts.tables()));
        }
      } else {
        positions.setRegisters(offsets);
      }
      return true;
    } finally {
      parts.close();
    }
  }

  private StreamLedger ledger(BigQueryParts parts) {
    return new StreamLedger(
        parts.queries(),
        parts.jobs(),
        new StreamSql(parts.sql()),
        parts.books(),
        sink.deliveryId(),
        sink.generation());
  }

  Destination inserting(Bigquery rest) {
    BigQueryParts parts = parts(rest);
    return new AtLeastOnceDestination(
        parts, new InsertAllPath(parts.rest(), parts.tables()), Optional.empty());
  }

  Destination loads(Bigquery rest) {
    return new BigQueryDestination(sink, parts(rest));
  }

  /** Streaming through the given service. */
  Destination streaming(Bigquery rest, WriteStreams service) {
    BigQueryParts parts = parts(rest);
    if (sink.writeMode() == WriteMode.UPSERT) {
      return changes(parts, service);
    }
    if (sink.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE) {
      return new AtLeastOnceDestination(
          parts,
          new DefaultStreamPath(service, parts.tables(), settings.streaming()),
          Optional.empty());
    }
    StreamLedger ledger = ledger(parts);
    BigQuerySettings.Streaming streaming = settings.streaming();
    HighWaterMark highWater =
        new HighWaterMark(ledger, parts.tables(), streaming.visibleWithinMs(), clock, sleeper);
    return new StreamDestination(
        sink,
        streaming,
        parts,
        new StreamParts(
            service,
            ledger,
            highWater,
            parts.tables(),
            new StreamBudget(sink.tasks(), clock),
            streaming.inFlightBytes()),
        new StreamMarks(ledger, streaming.markIntervalMs(), clock),
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
            settings.streaming(),
            new KeyedRows(new ChangeRows(new UpsertKey(sink.upsert()))),
            sequence,
            new ChangeSources(
                parts.rest(), byOffset ? settings.upsert().partitions() : 0, sink.generation())),
        Optional.of(
            new LedgerPositions(parts.ledger(), settings.streaming().markIntervalMs(), clock)));
  }

  private BigQueryParts parts(Bigquery rest) {
    return BigQueryParts.of(sink, settings, rest, clock, sleeper);
  }
}
