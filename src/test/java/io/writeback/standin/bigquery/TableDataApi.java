package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableCursor;
import java.util.List;

/** tabledata.list, and rows for getQueryResults. */
final class TableDataApi {
  private static final long PAGE_BYTES = 10L * 1024 * 1024;
  private static final long PAGE_ROWS = 100_000;

  private final Catalog catalog;
  private final Permissions permissions;

  TableDataApi(Catalog catalog, Permissions permissions) {
    this.catalog = catalog;
    this.permissions = permissions;
  }

  Answer list(ApiCall call) {
    permissions.require(call.principal(), "bigquery.tables.getData", "Table " + call.table());
    StoredTable table = catalog.table(call.table());
    String selected = call.query().getOrDefault("selectedFields", "");
    List<String> columns = selected.isEmpty() ? List.of() : List.of(selected.split(","));
    ObjectNode answer =
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "bigquery#tableDataList")
            .put("etag", table.etag());
    rows(call, table, columns, answer);
    return Answer.json(answer);
  }

  /** Adds a page of rows, at most 10 MB of them. */
  void rows(ApiCall call, StoredTable table, List<String> columns, ObjectNode answer) {
    long total = catalog.rowCount(table);
    Page page = Page.of(call, total, PAGE_ROWS);
    answer.put("totalRows", Long.toString(total));
    var rows = answer.putArray("rows");
    long end = page.from();
    long bytes = 0;
    if (page.to() > page.from()) {
      try (TableCursor cursor = TableCursor.open(catalog, table, columns, page.from())) {
        RowEncoder encoder = new RowEncoder(cursor.fields(), timestamps(call));
        while (end < page.to() && bytes < PAGE_BYTES) {
          List<Object> row = cursor.next();
          if (row == null) {
            break;
          }
          ObjectNode json = encoder.row(row);
          bytes += size(cursor.fields(), row);
          rows.add(json);
          end++;
        }
      }
    }
    page.endingAt(end).token(answer, "pageToken");
    if (rows.isEmpty()) {
      answer.remove("rows");
    }
  }

  /** About the bytes of a row's JSON. */
  private static long size(List<Field> fields, List<?> row) {
    long size = 10;
    for (int i = 0; i < fields.size(); i++) {
      Object value = row.get(i);
      size += 10 + (value instanceof String text ? text.length() : 24);
      if (value instanceof byte[] bytes) {
        size += bytes.length * 4L / 3;
      } else if (value instanceof List<?> list) {
        size += list.toString().length() * 2L;
      }
    }
    return size;
  }

  private static RowEncoder.Timestamps timestamps(ApiCall call) {
    String format = call.query().getOrDefault("formatOptions.timestampOutputFormat", "");
    if (format.equals("ISO8601_STRING")) {
      return RowEncoder.Timestamps.ISO8601;
    }
    boolean micros =
        Boolean.parseBoolean(call.query().get("formatOptions.useInt64Timestamp"))
            || format.equals("INT64");
    return micros ? RowEncoder.Timestamps.INT64 : RowEncoder.Timestamps.FLOAT;
  }
}
