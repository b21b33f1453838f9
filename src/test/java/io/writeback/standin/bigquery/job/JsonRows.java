package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.writeback.standin.bigquery.catalog.JsonValues;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Newline-delimited JSON. A line is a row; lines may be 100 MB long. */
final class JsonRows {
  private static final int MAX_LINE = 100 * 1024 * 1024;
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Places places;
  private final JsonValues values;
  private final RowWriter writer;
  private final LoadWork.BadRows bad;

  /**
   * Rows for a table.
   *
   * @param order the columns that the job names; the table's others get their defaults
   */
  JsonRows(
      JsonNode config,
      TableSchema table,
      TableSchema order,
      RowWriter writer,
      LoadWork.BadRows bad) {
    this.places = new Places(table, order);
    this.values =
        new JsonValues(places.columns(), config.path("ignoreUnknownValues").asBoolean(), false);
    this.writer = writer;
    this.bad = bad;
  }

  void read(InputStream in) throws IOException, SQLException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.length() > MAX_LINE) {
          bad.add("Row size is larger than: " + MAX_LINE + ". Row: " + number);
        } else if (!line.isBlank()) {
          row(line, number);
        }
      }
    }
  }

  private void row(String line, long number) throws SQLException {
    java.util.List<Object> row;
    try {
      JsonNode object = READER.readValue(line);
      row = values.row(object);
    } catch (JsonProcessingException e) {
      bad.add(
          "JSON parsing error in row starting at position of line " + number + ": Parser error");
      return;
    } catch (JsonValues.BadValue e) {
      bad.add("JSON parsing error in row " + number + ": " + e.getMessage());
      return;
    }
    LoadWork.append(writer, places.row(row), bad, "Row " + number + ": ");
  }
}
