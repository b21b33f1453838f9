package io.writeback.domo;

import io.writeback.retry.FaultException;
import io.writeback.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The record schemas of a DataSet: one optional field for each column, and a key of some of them.
 *
 * @param selection what of the DataSet the records hold
 * @param value schema of the value
 * @param key schema of the key, or null without key columns
 * @param keyFields the fields of the value that make the key
 */
record RecordShape(RowSelection selection, Schema value, Schema key, List<Field> keyFields) {
  static final String SNAPSHOT_FIELD = "__snapshot";
  static final String ROW_FIELD = "__row";

  /** Fields that say in the value what the headers say. */
  static final List<String> METADATA = List.of(SNAPSHOT_FIELD, ROW_FIELD);

  /** The schema parameter that keeps the name which the column has in Domo. */
  static final String COLUMN_PARAMETER = "domo.column";

  RecordShape {
    keyFields = List.copyOf(keyFields);
  }

  /**
   * Makes the schemas.
   *
   * @throws FaultException of kind configuration if names collide or a key column is missing
   */
  static RecordShape of(
      String dataset,
      List<DomoColumn> columns,
      List<String> keyColumns,
      FieldNames names,
      Decimals decimals) {
    return of(dataset, RowSelection.all(columns), keyColumns, names, decimals, List.of());
  }

  /**
   * Makes the schemas.
   *
   * @param metadata fields to add, of {@link #METADATA}
   * @throws FaultException of kind configuration if names collide or a key column is missing
   */
  static RecordShape of(
      String dataset,
      RowSelection selection,
      List<String> keyColumns,
      FieldNames names,
      Decimals decimals,
      List<String> metadata) {
    List<DomoColumn> columns = selection.columns();
    List<String> fields = names.fields(columns);
    String recordName = "domo.ds_" + FieldNames.safe("_" + dataset).substring(1);
    SchemaBuilder value = SchemaBuilder.struct().name(recordName);
    for (int i = 0; i < columns.size(); i++) {
      value.field(fields.get(i), fieldSchema(columns.get(i), decimals));
    }
    for (String field : metadata) {
      if (fields.contains(field)) {
        throw FaultException.configuration(
            "DataSet "
                + dataset
                + " has a column that becomes "
                + field
                + ", which domo.metadata.fields adds: leave it out there",
            null);
      }
      value.field(
          field,
          field.equals(ROW_FIELD) ? Schema.OPTIONAL_INT64_SCHEMA : Schema.OPTIONAL_STRING_SCHEMA);
    }
    Schema valueSchema = value.build();
    List<Field> keyFields = new ArrayList<>();
    for (String keyColumn : keyColumns) {
      keyFields.add(keyField(dataset, keyColumn, columns, valueSchema));
    }
    return new RecordShape(
        selection, valueSchema, keySchema(recordName + "_key", keyFields), keyFields);
  }

  /** The columns of the records, as Domo names them. */
  List<DomoColumn> columns() {
    return selection.columns();
  }

  /** The added field of that name, or null. */
  Field metadata(String name) {
    Field field = value.field(name);
    return field != null && field.index() >= columns().size() ? field : null;
  }

  /** The key of a row, or null. */
  Struct keyOf(Struct row) {
    if (key == null) {
      return null;
    }
    Struct struct = new Struct(key);
    for (Field field : keyFields) {
      struct.put(field.name(), row.get(field));
    }
    return struct;
  }

  /** The columns as a manifest describes them. */
  List<SnapshotManifest.Column> manifestColumns() {
    return value.fields().stream()
        .map(
            field ->
                new SnapshotManifest.Column(
                    field.name(),
                    field.schema().type().getName(),
                    Optional.ofNullable(field.schema().name()),
                    scale(field.schema()),
                    keyFields.contains(field)))
        .toList();
  }

  private static Optional<Integer> scale(Schema schema) {
    return Decimal.LOGICAL_NAME.equals(schema.name())
        ? Optional.of(Integer.valueOf(schema.parameters().get(Decimal.SCALE_FIELD)))
        : Optional.empty();
  }

  private static Schema fieldSchema(DomoColumn column, Decimals decimals) {
    SchemaBuilder builder =
        switch (column.type()) {
          case STRING -> SchemaBuilder.string();
          case LONG -> SchemaBuilder.int64();
          case DOUBLE -> SchemaBuilder.float64();
          case DECIMAL -> decimals.schema();
          case DATE -> Date.builder();
          case DATETIME -> Timestamp.builder();
        };
    return builder.optional().parameter(COLUMN_PARAMETER, column.name()).build();
  }

  private static Schema keySchema(String name, List<Field> fields) {
    if (fields.isEmpty()) {
      return null;
    }
    SchemaBuilder key = SchemaBuilder.struct().name(name);
    fields.forEach(field -> key.field(field.name(), field.schema()));
    return key.build();
  }

  private static Field keyField(
      String dataset, String keyColumn, List<DomoColumn> columns, Schema value) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(keyColumn)) {
        return value.fields().get(i);
      }
    }
    throw FaultException.configuration(
        String.format(
            "DataSet %s has no column \"%s\", which domo.key.columns names; it has %s",
            dataset, keyColumn, columns.stream().map(DomoColumn::name).toList()),
        null);
  }
}
