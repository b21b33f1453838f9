package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** Avro object container files. Columns match by name. */
final class AvroRows {
  private AvroRows() {}

  static TableSchema schema(JsonNode config, Path file) throws IOException {
    try (DataFileReader<GenericRecord> in = open(file)) {
      return new TableSchema(types(config).fields(in.getSchema()));
    }
  }

  private static AvroTypes types(JsonNode config) {
    return new AvroTypes(config.path("useAvroLogicalTypes").asBoolean());
  }

  private static DataFileReader<GenericRecord> open(Path file) throws IOException {
    return new DataFileReader<>(file.toFile(), new GenericDatumReader<>());
  }

  static void read(JsonNode config, Path file, TableSchema table, RowWriter writer)
      throws IOException, SQLException {
    AvroTypes types = types(config);
    boolean ignoreUnknown = config.path("ignoreUnknownValues").asBoolean();
    try (DataFileReader<GenericRecord> in = open(file)) {
      Schema schema = in.getSchema();
      for (Schema.Field field : schema.getFields()) {
        if (table.field(field.name()).isEmpty() && !ignoreUnknown) {
          throw ApiException.invalid(
              "Provided Schema does not match the table. Cannot add fields (field: "
                  + field.name()
                  + ")");
        }
      }
      List<Schema.Field> sources = new ArrayList<>();
      for (Field column : table.fields()) {
        Schema.Field source = AvroTypes.field(schema, column.name());
        if (source != null) {
          types.check(column, source);
        }
        sources.add(source);
      }
      GenericRecord record = null;
      while (in.hasNext()) {
        record = in.next(record);
        List<Object> row = new ArrayList<>(sources.size());
        for (int i = 0; i < sources.size(); i++) {
          Schema.Field source = sources.get(i);
          row.add(
              source == null
                  ? null
                  : types.value(table.fields().get(i), source.schema(), record.get(source.pos())));
        }
        writer.append(row);
      }
    }
  }
}
