package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;

/**
 * Upserts and deletes by BigQuery's change data capture: changes go to the default stream with a
 * number that orders them, and one that is repeated changes nothing.
 */
final class ChangePath implements RowPath {
  private static final String CHANGE = "_CHANGE_TYPE";
  private static final String NUMBER = "_CHANGE_SEQUENCE_NUMBER";
  private static final int MOST_KEY_COLUMNS = 16;

  private final WriteStreams service;
  private final BigQueryTables tables;
  private final BigQuerySettings.Streaming settings;
  private final KeyedRows rows;
  private final ChangeSequence sequence;
  private final ChangeSources sources;
  private final MaxStaleness staleness;
  private final ProtoEncoders encoders;
  private final Map<Claim, Map<Target, DefaultStream>> streams = new ConcurrentHashMap<>();
  private final Set<Target> checked = ConcurrentHashMap.newKeySet();

  ChangePath(
      WriteStreams service,
      BigQueryTables tables,
      BigQuerySettings.Streaming settings,
      KeyedRows rows,
      ChangeSequence sequence,
      ChangeSources sources,
      MaxStaleness staleness) {
    this.service = service;
    this.tables = tables;
    this.settings = settings;
    this.rows = rows;
    this.sequence = sequence;
    this.sources = sources;
    this.staleness = staleness;
    Map<String, Type> extras = new LinkedHashMap<>();
    extras.put(CHANGE, Type.TYPE_STRING);
    extras.put(NUMBER, Type.TYPE_STRING);
    this.encoders = new ProtoEncoders(extras, settings);
  }

  @Override
  public TableBatch newBatch(Claim claim, Target target) {
    return new StreamBatch(
        target,
        encoders,
        record -> rows.of(target, encoders.rows().asStruct(record)),
        (row, encoder, out) -> {
          out.tag(encoder.extraTag(CHANGE));
          out.lengthAndText(row.record().value() == null ? "DELETE" : "UPSERT");
          out.tag(encoder.extraTag(NUMBER));
          out.lengthAndText(sequence.of(row));
        },
        settings.requestBytes(),
        offset -> false);
  }

  @Override
  public Written write(Claim claim, TableBatch batch) {
    StreamBatch changes = (StreamBatch) batch;
    Target target = changes.target();
    Set<ProtoEncoder> used = new LinkedHashSet<>();
    changes.pending().forEach(segment -> used.add(segment.encoder()));
    List<Schema> schemas = used.stream().map(ProtoEncoder::source).toList();
    List<TableFieldSchema> actual = prepare(target, schemas);
    sources.check(target, claim.partition());
    boolean rowsFit = tables.fits(target, actual, schemas, rows.of(target));
    if (!encoders.fit(target, used, actual) || !rowsFit) {
      return new Written.Encoded();
    }
    DefaultStream stream =
        streams
            .computeIfAbsent(claim, c -> new ConcurrentHashMap<>())
            .computeIfAbsent(
                target,
                t ->
                    new DefaultStream(service, service.defaultStream(t), settings.inFlightBytes()));
    try {
      List<RejectedRow> refused = stream.append(changes);
      return refused.isEmpty() ? new Written.Landed() : new Written.Refused(refused);
    } catch (StorageFailure e) {
      if (e.mayBeOfTable()) {
        tables.forget(target);
        checked.remove(target);
      }
      throw e.asFault("appending changes to " + target);
    }
  }

  private List<TableFieldSchema> prepare(Target target, List<Schema> schemas) {
    List<String> key = rows.of(target);
    List<TableFieldSchema> actual = tables.ensureKeyed(target, tables.columnsOf(schemas), key);
    if (checked.contains(target)) {
      return actual;
    }
    List<String> primary = tables.find(target).map(ChangePath::primaryKey).orElse(List.of());
    if (!lower(primary).equals(lower(key)) || key.size() > MOST_KEY_COLUMNS) {
      throw FaultException.configuration(
          String.format(
              "table %s has the primary key %s, but the records have %s: BigQuery finds the row that"
                  + " a change is about by its primary key, of at most %d columns. Run ALTER TABLE"
                  + " %s ADD PRIMARY KEY (%s) NOT ENFORCED, change upsert.key, or set"
                  + " bigquery.write.method=load_job, which merges by any key",
              target,
              primary,
              key,
              MOST_KEY_COLUMNS,
              BigQuerySql.quote(target.toString()),
              String.join(", ", key.stream().map(BigQuerySql::quote).toList())),
          null);
    }
    tables.design(target).maxStalenessMs().ifPresent(ms -> staleness.set(target, ms));
    checked.add(target);
    return actual;
  }

  private static List<String> primaryKey(Table table) {
    return table.getTableConstraints() == null
            || table.getTableConstraints().getPrimaryKey() == null
        ? List.of()
        : table.getTableConstraints().getPrimaryKey().getColumns();
  }

  private static Set<String> lower(List<String> names) {
    Set<String> lower = new HashSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
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
