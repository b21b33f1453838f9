package io.writeback.bigquery;

import com.google.api.services.bigquery.Bigquery;
import io.writeback.retry.Sleeper;
import io.writeback.sink.DeliveryGuarantee;
import io.writeback.sink.Destination;
import io.writeback.sink.SinkSettings;
import java.time.InstantSource;

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

  Destination inserting(Bigquery rest) {
    BigQueryParts parts = parts(rest);
    return new AtLeastOnceDestination(parts, new InsertAllPath(parts.rest(), parts.tables()));
  }

  Destination loads(Bigquery rest) {
    return new BigQueryDestination(sink, parts(rest));
  }

  /** Streaming through the given service. */
  Destination streaming(Bigquery rest, WriteStreams service) {
    BigQueryParts parts = parts(rest);
    if (sink.guarantee() == DeliveryGuarantee.AT_LEAST_ONCE) {
      return new AtLeastOnceDestination(
          parts, new DefaultStreamPath(service, parts.tables(), settings.streaming()));
    }
    StreamLedger ledger =
        new StreamLedger(
            parts.queries(),
            parts.jobs(),
            new StreamSql(parts.sql()),
            parts.books(),
            sink.deliveryId(),
            sink.generation());
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

  private BigQueryParts parts(Bigquery rest) {
    return BigQueryParts.of(sink, settings, rest, clock, sleeper);
  }
}
