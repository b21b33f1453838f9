package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** File formats of load jobs. CSV and JSON may be compressed by gzip. */
enum Formats {
  CSV,
  NEWLINE_DELIMITED_JSON,
  AVRO,
  PARQUET;

  static Formats of(JsonNode config) {
    String name = config.path("sourceFormat").asText("CSV");
    try {
      return valueOf(name);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("Source format " + name + " is not supported by this stand-in");
    }
  }

  boolean selfDescribing() {
    return this == AVRO || this == PARQUET;
  }

  /** The schema that the files have themselves, if they do. */
  Optional<TableSchema> schema(StoreSession session, JsonNode config, List<Path> files) {
    try {
      return switch (this) {
        case AVRO -> Optional.of(AvroRows.schema(config, files.get(0)));
        case PARQUET -> Optional.of(ParquetRows.schema(session, files));
        default -> Optional.empty();
      };
    } catch (IOException e) {
      throw ApiException.invalid("Error while reading data, error message: " + e.getMessage());
    }
  }

  /**
   * Reads one file into the table.
   *
   * @param table its columns in order
   * @param order the columns in the order of a CSV file
   */
  void read(
      JsonNode config,
      Path file,
      TableSchema table,
      TableSchema order,
      RowWriter writer,
      LoadWork.BadRows bad)
      throws IOException, SQLException {
    switch (this) {
      case CSV -> new CsvRows(config, table, order, writer, bad).read(open(file));
      case NEWLINE_DELIMITED_JSON ->
          new JsonRows(config, table, order, writer, bad).read(open(file));
      case AVRO -> AvroRows.read(config, file, table, writer);
      default -> throw new IllegalStateException("read by DuckDB");
    }
  }

  private static InputStream open(Path file) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
