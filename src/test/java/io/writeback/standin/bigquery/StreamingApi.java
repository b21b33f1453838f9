package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.JsonValues;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.Warehouse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** tabledata.insertAll (documentation of the method; pages "Quotas", "Streaming inserts"). */
final class StreamingApi {
  private static final int MAX_BYTES = 10 * 1024 * 1024;
  private static final int MAX_ROWS = 50_000;
  private static final int MAX_INSERT_ID = 128;

  private final Catalog catalog;
  private final Warehouse warehouse;
  private final Permissions permissions;
  private final Duration mask;

  StreamingApi(Catalog catalog, Warehouse warehouse, Permissions permissions, Duration mask) {
    this.catalog = catalog;
    this.warehouse = warehouse;
    this.permissions = permissions;
    this.mask = mask;
  }

  Answer insertAll(ApiCall call) {
    permissions.require(call.principal(), "bigquery.tables.updateData", "Table " + call.table());
    StoredTable table = catalog.table(call.table());
    if (catalog.now() < table.created() + mask.toMillis()) {
      throw ApiException.notFound("Table " + call.table());
    }
    if (table.viewQuery().isPresent()) {
      throw ApiException.invalid("Cannot add rows to a view of type VIEW.");
    }
    if (call.text().length() > MAX_BYTES) {
      throw new ApiException(
          413,
          "uploadTooLarge",
          "Request payload size exceeds the limit: " + MAX_BYTES + " bytes.");
    }
    ObjectNode body = call.body();
    JsonNode rows = body.path("rows");
    if (rows.isEmpty()) {
      throw ApiException.invalid("No rows present in the request.");
    }
    if (rows.size() > MAX_ROWS) {
      throw ApiException.invalid(
          "Too many rows present in the request, limit: "
              + MAX_ROWS
              + " row count: "
              + rows.size()
              + ".");
    }
    if (table.schema().isEmpty()) {
      throw ApiException.invalid("The destination table has no schema.");
    }
    return Answer.json(insert(table, body, rows));
  }

  private ObjectNode insert(StoredTable table, JsonNode body, JsonNode rows) {
    JsonValues values =
        new JsonValues(
            table.writerSchema().fields(), body.path("ignoreUnknownValues").asBoolean(), true);
    Map<Integer, ObjectNode> errors = new LinkedHashMap<>();
    List<List<Object>> good = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = rows.get(i);
      String id = row.path("insertId").asText("");
      try {
        if (id.length() > MAX_INSERT_ID) {
          throw ApiException.invalid("insertId is longer than " + MAX_INSERT_ID + " characters");
        }
        good.add(values.row(row.path("json")));
        ids.add(id);
      } catch (JsonValues.BadValue e) {
        errors.put(i, error("invalid", e.path(), e.getMessage()));
      }
    }
    boolean skip = body.path("skipInvalidRows").asBoolean();
    if (!errors.isEmpty() && !skip) {
      for (int i = 0; i < rows.size(); i++) {
        errors.putIfAbsent(i, error("stopped", "", ""));
      }
    } else {
      land(table, good, ids);
    }
    ObjectNode answer =
        JsonNodeFactory.instance.objectNode().put("kind", "bigquery#tableDataInsertAllResponse");
    if (!errors.isEmpty()) {
      ArrayNode list = answer.putArray("insertErrors");
      errors.forEach(
          (index, error) -> list.addObject().put("index", index).putArray("errors").add(error));
    }
    return answer;
  }

  /** Rows whose insertId came within the last minute are dropped without a word. */
  private void land(StoredTable table, List<List<Object>> rows, List<String> ids) {
    List<List<Object>> fresh = new ArrayList<>();
    List<String> admitted = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      String id = ids.get(i);
      if (id.isEmpty() || table.streaming().admit(id, catalog.now())) {
        fresh.add(rows.get(i));
        admitted.add(id);
      }
    }
    boolean landed = false;
    try {
      warehouse.append(table.id(), fresh);
      table.streaming().landed(fresh.size(), catalog.now());
      landed = true;
    } finally {
      if (!landed) {
        admitted.forEach(table.streaming()::forget);
      }
    }
  }

  private static ObjectNode error(String reason, String location, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("reason", reason)
        .put("location", location)
        .put("debugInfo", "")
        .put("message", message);
  }
}
