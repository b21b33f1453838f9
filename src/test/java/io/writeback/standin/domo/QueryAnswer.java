package io.writeback.standin.domo;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The answer of the query API (developer portal, DataSet API), written as rows come.
 *
 * @param told columns as the answer names them
 * @param real columns as the cells are
 * @param nullsAsEmpty whether null is "" (tap-domo reads it so) or JSON null
 */
record QueryAnswer(String dataSetId, List<Column> told, List<Column> real, boolean nullsAsEmpty) {

  void write(OutputStream out, RowCursor rows) throws IOException {
    try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(out, JsonEncoding.UTF8)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("datasource", dataSetId);
      json.writeArrayFieldStart("columns");
      for (Column column : told) {
        json.writeString(column.name());
      }
      json.writeEndArray();
      json.writeArrayFieldStart("metadata");
      for (Column column : told) {
        metadata(json, column);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("rows");
      long count = 0;
      for (String[] row = rows.next(); row != null; row = rows.next()) {
        row(json, row);
        count++;
      }
      json.writeEndArray();
      json.writeNumberField("numRows", count);
      json.writeNumberField("numColumns", told.size());
      json.writeBooleanField("fromcache", false);
      json.writeEndObject();
    }
  }

  private void metadata(JsonGenerator json, Column column) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", column.type().name());
    json.writeStringField("dataSourceId", dataSetId);
    json.writeNumberField("maxLength", -1);
    json.writeNumberField("minLength", -1);
    json.writeNumberField("periodIndex", 0);
    json.writeEndObject();
  }

  private void row(JsonGenerator json, String[] cells) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      if (cell == null && !nullsAsEmpty) {
        json.writeNull();
      } else if (cell == null) {
        json.writeString("");
      } else if (real.get(i).type().isNumber() && isJsonNumber(cell)) {
        json.writeNumber(cell);
      } else {
        json.writeString(cell);
      }
    }
    json.writeEndArray();
  }

  /** A spoiled cell in a number column must not spoil the JSON. */
  private static boolean isJsonNumber(String cell) {
    return !cell.isEmpty()
        && Character.isDigit(cell.charAt(cell.length() - 1))
        && cell.chars().allMatch(c -> "+-.0123456789eE".indexOf(c) >= 0);
  }
}
