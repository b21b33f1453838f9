package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.Ranges;
import java.util.List;

/** Table schemas in the storage API's own messages. */
final class StorageSchemas {
  private StorageSchemas() {}

  static TableSchema of(List<Field> fields) {
    TableSchema.Builder schema = TableSchema.newBuilder();
    fields.forEach(field -> schema.addFields(of(field)));
    return schema.build();
  }

  private static TableFieldSchema of(Field field) {
    TableFieldSchema.Builder schema =
        TableFieldSchema.newBuilder()
            .setName(field.name())
            .setType(type(field))
            .setMode(TableFieldSchema.Mode.valueOf(field.mode().name()));
    field.fields().forEach(child -> schema.addFields(of(child)));
    if (field.type() == FieldType.RANGE) {
      schema.setRangeElementType(
          TableFieldSchema.FieldElementType.newBuilder()
              .setType(type(Ranges.bounds(field).get(0))));
    }
    return schema.build();
  }

  private static TableFieldSchema.Type type(Field field) {
    return switch (field.type()) {
      case INT64 -> TableFieldSchema.Type.INT64;
      case FLOAT64 -> TableFieldSchema.Type.DOUBLE;
      case NUMERIC -> TableFieldSchema.Type.NUMERIC;
      case BIGNUMERIC -> TableFieldSchema.Type.BIGNUMERIC;
      case BOOL -> TableFieldSchema.Type.BOOL;
      case STRING -> TableFieldSchema.Type.STRING;
      case BYTES -> TableFieldSchema.Type.BYTES;
      case DATE -> TableFieldSchema.Type.DATE;
      case TIME -> TableFieldSchema.Type.TIME;
      case DATETIME -> TableFieldSchema.Type.DATETIME;
      case TIMESTAMP -> TableFieldSchema.Type.TIMESTAMP;
      case JSON -> TableFieldSchema.Type.JSON;
      case GEOGRAPHY -> TableFieldSchema.Type.GEOGRAPHY;
      case INTERVAL -> TableFieldSchema.Type.INTERVAL;
      case RANGE -> TableFieldSchema.Type.RANGE;
      case STRUCT -> TableFieldSchema.Type.STRUCT;
    };
  }
}
