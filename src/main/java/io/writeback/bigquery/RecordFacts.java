package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.BadRowException;
import io.writeback.sink.MetadataColumn;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import io.writeback.snapshot.SnapshotManifest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * What table.metadata.columns asks for, as fields behind those of a row: whatever writes rows,
 * makes tables and changes them sees these fields as it sees any other. Immutable.
 */
final class RecordFacts {
  static final RecordFacts NONE = new RecordFacts(List.of(), InstantSource.system());

  private final List<MetadataColumn> columns;
  private final InstantSource clock;

  RecordFacts(List<MetadataColumn> columns, InstantSource clock) {
    this.columns = List.copyOf(columns);
    this.clock = clock;
  }

  boolean isEmpty() {
    return columns.isEmpty();
  }

  /** Without those columns that are written anyway. */
  RecordFacts without(Predicate<MetadataColumn> written) {
    return new RecordFacts(columns.stream().filter(written.negate()).toList(), clock);
  }

  /** The columns of a table for rows that a manifest describes, though there are none. */
  List<TableFieldSchema> columns(SnapshotManifest manifest, ColumnNaming naming) {
    List<TableColumn> all = new ArrayList<>(TableSchema.ofManifest(manifest).columns());
    SchemaBuilder facts = SchemaBuilder.struct();
    columns.forEach(column -> facts.field(column.name(), schema(column)));
    all.addAll(TableSchema.ofValue(facts.build()).columns());
    return TableFields.of(all, naming);
  }

  /**
   * The schema of rows with the facts.
   *
   * @throws BadRowException if a field has the name of one
   */
  Schema with(Schema row, ColumnNaming naming) {
    SchemaBuilder builder = SchemaBuilder.struct().name(row.name());
    Map<String, String> taken = new HashMap<>();
    for (Field field : row.fields()) {
      builder.field(field.name(), field.schema());
      taken.put(ColumnNames.folded(naming.of(field.name())), field.name());
    }
    for (MetadataColumn column : columns) {
      String field = taken.get(ColumnNames.folded(column.name()));
      if (field != null) {
        throw new BadRowException(
            "field "
                + field
                + " has the name of a column that "
                + SinkConfig.TABLE_METADATA_COLUMNS
                + " adds: give that column another name there, such as "
                + column.fact().name().toLowerCase(Locale.ROOT)
                + ":_"
                + column.name()
                + ", or rename the field with a transform");
      }
      builder.field(column.name(), schema(column));
    }
    return builder.build();
  }

  /** The row with the facts about its record. */
  Struct of(SinkRow record, Struct row, Schema with) {
    Struct told = new Struct(with);
    List<Field> fields = with.fields();
    int at = 0;
    for (Field field : row.schema().fields()) {
      put(told, fields.get(at++), row.get(field));
    }
    for (MetadataColumn column : columns) {
      put(told, fields.get(at++), value(column, record));
    }
    return told;
  }

  /** A null is left out: whether a field may be null is for its column to say. */
  private static void put(Struct row, Field field, Object value) {
    if (value != null) {
      row.put(field, value);
    }
  }

  private static Schema schema(MetadataColumn column) {
    return switch (column.fact()) {
      case TOPIC -> Schema.OPTIONAL_STRING_SCHEMA;
      case PARTITION, OFFSET -> Schema.OPTIONAL_INT64_SCHEMA;
      case TIMESTAMP, INSERTED -> Timestamp.builder().optional().build();
    };
  }

  private Object value(MetadataColumn column, SinkRow row) {
    return switch (column.fact()) {
      case TOPIC -> row.record().originalTopic();
      case PARTITION -> row.record().originalKafkaPartition().longValue();
      case OFFSET -> row.offset();
      case TIMESTAMP ->
          row.record().timestamp() == null ? null : new Date(row.record().timestamp());
      case INSERTED -> new Date(clock.millis());
    };
  }
}
