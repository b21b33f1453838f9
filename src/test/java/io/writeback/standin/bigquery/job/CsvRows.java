package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.RowWriter;
import io.writeback.standin.bigquery.catalog.TableSchema;
import io.writeback.standin.bigquery.catalog.ValueParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * CSV (documentation page "Loading CSV data from Cloud Storage"): an unquoted null marker is NULL,
 * by default the empty cell; a quoted empty cell is an empty text.
 */
final class CsvRows {
  private final JsonNode config;
  private final List<Field> columns;
  private final Places places;
  private final RowWriter writer;
  private final LoadWork.BadRows bad;
  private final String nullMarker;
  private final boolean allowNewlines;
  private final boolean allowJagged;
  private final boolean ignoreUnknown;

  CsvRows(
      JsonNode config,
      TableSchema table,
      TableSchema order,
      RowWriter writer,
      LoadWork.BadRows bad) {
    this.config = config;
    this.columns = order.fields();
    this.places = new Places(table, order);
    this.writer = writer;
    this.bad = bad;
    this.nullMarker = config.path("nullMarker").asText("");
    this.allowNewlines = config.path("allowQuotedNewlines").asBoolean();
    this.allowJagged = config.path("allowJaggedRows").asBoolean();
    this.ignoreUnknown = config.path("ignoreUnknownValues").asBoolean();
  }

  /** One cell. */
  private record Cell(String text, boolean quoted) {}

  void read(InputStream in) throws IOException, SQLException {
    long skip = config.path("skipLeadingRows").asLong();
    try (CsvReader<List<Cell>> rows =
        CsvReader.builder()
            .fieldSeparator(separator())
            .quoteCharacter(quote())
            .skipEmptyLines(false)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .maxBufferSize(128 << 20)
            .build(new Cells(), new InputStreamReader(in, StandardCharsets.UTF_8))) {
      long number = 0;
      for (List<Cell> row : rows) {
        number++;
        boolean blank =
            row.isEmpty()
                || (row.size() == 1 && row.get(0).text().isEmpty() && !row.get(0).quoted());
        if (number > skip && !(blank && columns.size() > 1)) {
          row(row, number);
        }
      }
    } catch (CsvParseException e) {
      throw ApiException.invalid(
          "Error while reading data, error message: CSV processing encountered too many errors: "
              + e.getMessage());
    }
  }

  private String separator() {
    String name = config.path("fieldDelimiter").asText(",");
    return name.equalsIgnoreCase("tab") || name.equals("\\t") ? "\t" : name;
  }

  private char quote() {
    String quote = config.path("quote").asText("\"");
    return quote.isEmpty() ? '\0' : quote.charAt(0);
  }

  private void row(List<Cell> cells, long number) throws SQLException {
    if (cells.size() > columns.size() && !ignoreUnknown) {
      bad.add(
          "Too many values in line. Found "
              + cells.size()
              + " column(s) while expected "
              + columns.size()
              + ".; line_number: "
              + number);
      return;
    }
    if (cells.size() < columns.size() && !allowJagged) {
      bad.add(
          "Too few values in line. Found only "
              + cells.size()
              + " column(s) while expected "
              + columns.size()
              + ".; line_number: "
              + number);
      return;
    }
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < Math.min(cells.size(), columns.size()); i++) {
      try {
        values[i] = value(columns.get(i), cells.get(i));
      } catch (IllegalArgumentException e) {
        bad.add(
            "Unable to parse '"
                + cells.get(i).text()
                + "' as "
                + columns.get(i).type()
                + ", column: "
                + columns.get(i).name()
                + " ("
                + i
                + "); line_number: "
                + number);
        return;
      }
    }
    for (Field column : columns) {
      if (column.required() && values[columns.indexOf(column)] == null) {
        bad.add(
            "Required column value for column "
                + column.name()
                + " is missing; line_number: "
                + number);
        return;
      }
    }
    LoadWork.append(writer, places.row(Arrays.asList(values)), bad, "line_number " + number + ": ");
  }

  private Object value(Field column, Cell cell) {
    if (column.repeated() || column.type() == FieldType.STRUCT) {
      throw ApiException.invalid("CSV cannot load repeated or nested column " + column.name());
    }
    if (cell.quoted() && !allowNewlines && cell.text().indexOf('\n') >= 0) {
      throw ApiException.invalid(
          "Error while reading data, error message: Missing close quote character (\"): a quoted"
              + " cell has a newline and allowQuotedNewlines is not set");
    }
    if (!cell.quoted() && cell.text().equals(nullMarker)) {
      return null;
    }
    boolean text = column.type() == FieldType.STRING || column.type() == FieldType.BYTES;
    if (cell.text().isEmpty() && !text && nullMarker.isEmpty()) {
      return null;
    }
    return ValueParser.parse(column, cell.text());
  }

  /** Keeps whether a cell was quoted. */
  private static final class Cells extends AbstractBaseCsvCallbackHandler<List<Cell>> {
    private List<Cell> cells = new ArrayList<>();

    @Override
    protected void handleBegin(long startingLineNumber) {
      cells = new ArrayList<>();
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
      cells.add(new Cell(new String(buffer, offset, length), quoted));
    }

    @Override
    protected void handleEmpty() {
      cells = new ArrayList<>();
    }

    @Override
    protected List<Cell> buildRecord() {
      return cells;
    }
  }
}
