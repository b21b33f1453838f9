package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import io.writeback.sink.UpsertKey;
import io.writeback.sink.WriteMode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which columns the rows of a delivery have: those of the value; with upsert, the key and what is
 * needed to find the last row of each.
 */
final class RowLayout {
  private final Optional<UpsertKey> key;
  private final Optional<String> deleteColumn;
  private final boolean keyInValue;
  private final String deletedField;
  private final ValuePolicy policy;
  private final List<LeadColumn> metadata;

  RowLayout(SinkSettings settings, ValuePolicy policy, String deletedField, InstantSource clock) {
    this.deletedField = deletedField;
    metadata = settings.metadataColumns().stream().map(c -> MetadataColumns.of(c, clock)).toList();
    this.policy = policy;
    SinkSettings.Upsert upsert = settings.upsert();
    boolean upserts = settings.writeMode() == WriteMode.UPSERT;
    key = upserts ? Optional.of(new UpsertKey(upsert)) : Optional.empty();
    keyInValue = upsert.keyInValue();
    deleteColumn =
        upserts && upsert.softDelete()
            ? Optional.of(ColumnNames.fold(upsert.deleteColumn()))
            : Optional.empty();
  }

  /** Whether rows are found again by a key, so that a record without value means something. */
  boolean keyed() {
    return key.isPresent();
  }

  /** Whether the key of a tombstone is found where that of any other row is. */
  boolean tombstonesFitAmongRows() {
    return !keyInValue;
  }

  /** The schema of the key, if it has to do with the columns. */
  Schema keySchema(SinkRecord record) {
    return keyed() ? record.keySchema() : null;
  }

  /**
   * The encoder for rows of these schemas.
   *
   * @param valueSchema null for tombstones
   * @throws BadRowException if no table can hold such rows
   */
  RowEncoder encoder(Schema keySchema, Schema valueSchema) {
    List<LeadColumn> leads = new ArrayList<>();
    Set<String> leading = new HashSet<>();
    if (keyed()) {
      leads.addAll(UpsertColumns.all(deletedField));
      leading.add(deletedField);
      for (UpsertKey.Part part : key.get().parts(keySchema, valueSchema)) {
        leads.add(lead(part));
        leading.add(part.name());
      }
    }
    leads.addAll(metadata);
    List<Field> fields =
        valueSchema == null
            ? List.of()
            : valueSchema.fields().stream().filter(f -> !leading.contains(f.name())).toList();
    RowEncoder encoder = RowEncoder.of(leads, fields, policy);
    if (keyed()) {
      checkReserved(encoder.columns());
    }
    return encoder;
  }

  private static LeadColumn lead(UpsertKey.Part part) {
    try {
      TableColumn column =
          TableSchema.ofValue(SchemaBuilder.struct().field(part.name(), part.schema()).build())
              .columns()
              .get(0);
      RedshiftType type = Cells.type(column);
      if (type.kind() == Kind.SUPER) {
        throw new BadRowException("is nested, so it cannot be part of a key");
      }
      return new LeadColumn(
          part.name(),
          type,
          Cells.cell(column, part.schema()),
          row -> part.value().apply(row.record()),
          true);
    } catch (BadRowException | DataException e) {
      throw new BadRowException("field " + part.name() + " " + e.getMessage(), e);
    }
  }

  private void checkReserved(List<Column> columns) {
    Set<String> seen = new HashSet<>();
    for (Column column : columns) {
      String name = column.name();
      boolean twice = UpsertColumns.isOne(name) && !seen.add(name);
      if (twice || deleteColumn.filter(name::equals).isPresent()) {
        throw new BadRowException(
            "field " + name + " has the name of a column that the connector itself writes");
      }
    }
  }

  private static boolean isEnvelope(Schema schema) {
    return schema.name() != null
        && schema.name().endsWith(".Envelope")
        && schema.field("op") != null
        && schema.field("after") != null;
  }

  /** The value as a struct; null for a tombstone. */
  Struct value(SinkRecord record) {
    if (record.value() instanceof Struct value) {
      if (keyed() && isEnvelope(value.schema())) {
        throw new BadRowException(
            "value is a change event of Debezium with its envelope: set the transform"
                + " io.debezium.transforms.ExtractNewRecordState, which takes the row out of it");
      }
      return value;
    }
    if (record.value() != null) {
      throw new BadRowException(
          "value is no struct: use a converter with schemas (value.converter), such as Avro or JSON"
              + " with schemas.enable=true");
    }
    if (!keyed()) {
      throw new BadRowException(
          "record has no value (a tombstone), which only write.mode=upsert can use");
    }
    return null;
  }
}
