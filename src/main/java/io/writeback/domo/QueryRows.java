package io.writeback.domo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The rows of an answer of the query API, read one by one as they arrive. Closing it before its end
 * cuts the connection.
 */
final class QueryRows implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final DomoApi.Export answer;
  private final Function<IOException, DomoException> unreadable;
  private final JsonParser json;
  private final List<String> columns = new ArrayList<>();
  private long rows;
  private boolean ended;

  /**
   * Reads the head of the answer.
   *
   * @param unreadable makes the error for an answer that is none
   */
  QueryRows(DomoApi.Export answer, Function<IOException, DomoException> unreadable) {
    this.answer = answer;
    this.unreadable = unreadable;
    try {
      this.json = JSON.createParser(answer.body());
      head();
    } catch (IOException e) {
      throw failed(e);
    } catch (DomoException e) {
      close();
      throw e;
    }
  }

  /** Sees the cells of a row in their order. */
  interface Cells {
    /** A cell as text; the buffer is the parser's own. */
    void cell(int index, char[] buf, int offset, int length);

    void nullCell(int index);
  }

  /** The names of the columns. */
  List<String> columns() {
    return columns;
  }

  /** Reads a row; false after the last, when the answer has shown to be complete. */
  boolean next(Cells cells) {
    if (ended) {
      return false;
    }
    try {
      JsonToken token = json.nextToken();
      if (token == JsonToken.END_ARRAY) {
        tail();
        ended = true;
        return false;
      }
      need(token == JsonToken.START_ARRAY, "a row");
      int index = 0;
      for (token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
        if (token == JsonToken.VALUE_NULL) {
          cells.nullCell(index);
        } else {
          need(token != null && token.isScalarValue(), "a cell");
          cells.cell(index, json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
        }
        index++;
      }
      need(index == columns.size(), columns.size() + " cells in each row");
      rows++;
      return true;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void head() throws IOException {
    need(json.nextToken() == JsonToken.START_OBJECT, "an object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("columns")) {
        need(value == JsonToken.START_ARRAY, "columns");
        while (json.nextToken() != JsonToken.END_ARRAY) {
          columns.add(json.getText());
        }
      } else if (name.equals("rows")) {
        need(value == JsonToken.START_ARRAY && !columns.isEmpty(), "columns, then rows");
        return;
      } else {
        json.skipChildren();
      }
    }
    throw new IOException("expected rows");
  }

  /** The rest says how many rows there were. */
  private void tail() throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("numRows")) {
        long said = json.getValueAsLong(rows);
        need(said == rows, said + " rows as it says, found " + rows);
      } else {
        json.skipChildren();
      }
    }
    // To the last byte, which lets the connection be used again and proves a gzip body.
    need(
        json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null,
        "the end of the object");
  }

  private static void need(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new IOException("expected " + what + " in the answer of the query");
    }
  }

  private DomoException failed(IOException e) {
    close();
    return unreadable.apply(e);
  }

  @Override
  public void close() {
    try {
      answer.close();
    } catch (IOException e) {
      // What was read is complete or given up.
      ended = true;
    }
  }
}
