package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;

/** Appends to default streams of the Storage Write API. */
final class DefaultStreamPath implements RowPath {
  private final WriteStreams service;
  private final BigQueryTables tables;
  private final BigQuerySettings.Streaming settings;
  private final ProtoEncoders encoders;
  private final Map<Claim, Map<Target, DefaultStream>> streams = new ConcurrentHashMap<>();

  DefaultStreamPath(
      WriteStreams service, BigQueryTables tables, BigQuerySettings.Streaming settings) {
    this.service = service;
    this.tables = tables;
    this.settings = settings;
    this.encoders = new ProtoEncoders(Map.of(), settings);
  }

  @Override
  public TableBatch newBatch(Claim claim, Target target) {
    return new StreamBatch(
        target,
        encoders,
        row -> tables.detours().of(target, encoders.rows().of(row)),
        (row, encoder, out) -> {},
        settings.requestBytes(),
        stream(claim, target)::hasLanded);
  }

  @Override
  public Written write(Claim claim, TableBatch batch) {
    StreamBatch rows = (StreamBatch) batch;
    Target target = rows.target();
    Set<ProtoEncoder> used = new LinkedHashSet<>();
    rows.pending().forEach(segment -> used.add(segment.encoder()));
    List<Schema> schemas = used.stream().map(ProtoEncoder::source).toList();
    List<TableFieldSchema> actual = tables.ensure(target, tables.columnsOf(schemas));
    boolean rowsFit = tables.fits(target, actual, schemas, List.of());
    if (!encoders.fit(target, used, actual) || !rowsFit) {
      return new Written.Encoded();
    }
    try {
      List<RejectedRow> refused = stream(claim, target).append(rows);
      return refused.isEmpty() ? new Written.Landed() : new Written.Refused(refused);
    } catch (StorageFailure e) {
      if (e.mayBeOfTable()) {
        tables.forget(target);
      }
      throw e.asFault("appending to " + target);
    }
  }

  private DefaultStream stream(Claim claim, Target target) {
    return streams
        .computeIfAbsent(claim, c -> new ConcurrentHashMap<>())
        .computeIfAbsent(
            target,
            t -> new DefaultStream(service, service.defaultStream(t), settings.inFlightBytes()));
  }

  @Override
  public void forget(Claim claim) {
    Map<Target, DefaultStream> open = streams.remove(claim);
    if (open != null) {
      open.values().forEach(DefaultStream::close);
    }
  }

  @Override
  public void close() {
    streams.keySet().forEach(this::forget);
    service.close();
  }
}
