package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import io.writeback.standin.bigquery.sql.QuerySettings;
import io.writeback.standin.bigquery.sql.SqlEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The REST resource tables. */
final class TableApi {
  /** maxStaleness is missing: the service drops it silently, only ALTER TABLE sets it. */
  private static final List<String> KEPT =
      List.of(
          "description",
          "friendlyName",
          "labels",
          "expirationTime",
          "timePartitioning",
          "rangePartitioning",
          "clustering",
          "requirePartitionFilter",
          "encryptionConfiguration",
          "view",
          "tableConstraints",
          "defaultCollation",
          "resourceTags");

  private final Catalog catalog;
  private final Permissions permissions;
  private final Faults faults;

  TableApi(Catalog catalog, Permissions permissions, Faults faults) {
    this.catalog = catalog;
    this.permissions = permissions;
    this.faults = faults;
  }

  Answer get(ApiCall call) {
    require(call, "bigquery.tables.get", call.table());
    return Answer.json(resource(catalog.table(call.table())));
  }

  private ObjectNode resource(StoredTable table) {
    ObjectNode json = table.toJson();
    if (table.viewQuery().isEmpty()) {
      long buffered = table.streaming().rows(catalog.now());
      json.put("numRows", Long.toString(catalog.rowCount(table) - buffered));
      json.put("numBytes", Long.toString(catalog.bytes(table, List.of())));
      json.put("numLongTermBytes", "0");
      if (buffered > 0) {
        json.putObject("streamingBuffer")
            .put("estimatedRows", Long.toString(buffered))
            .put("estimatedBytes", Long.toString(buffered * 64))
            .put("oldestEntryTime", Long.toString(table.streaming().oldest()));
      }
    }
    return json;
  }

  Answer list(ApiCall call) {
    permissions.require(call.principal(), "bigquery.tables.list", "Dataset " + call.dataset());
    List<StoredTable> all = catalog.tables(call.dataset());
    ObjectNode answer =
        JsonNodeFactory.instance.objectNode().put("kind", "bigquery#tableList").put("etag", "list");
    Page page = Page.of(call, all.size(), 50);
    var tables = answer.putArray("tables");
    for (StoredTable table : all.subList((int) page.from(), (int) page.to())) {
      ObjectNode json = table.toJson();
      json.retain(
          "kind",
          "id",
          "tableReference",
          "type",
          "labels",
          "creationTime",
          "expirationTime",
          "timePartitioning",
          "rangePartitioning",
          "clustering",
          "friendlyName");
      tables.add(json);
    }
    answer.put("totalItems", all.size());
    page.token(answer, "nextPageToken");
    return Answer.json(answer);
  }

  Answer insert(ApiCall call) {
    ObjectNode body = call.body();
    TableId id = TableId.parse(body.path("tableReference"), call.project());
    permissions.require(call.principal(), "bigquery.tables.create", "Dataset " + call.dataset());
    if (!id.datasetId().equals(call.dataset())) {
      throw ApiException.invalid("Dataset ID mismatch: " + id + " in " + call.dataset());
    }
    ObjectNode properties = body.deepCopy().retain(KEPT);
    dropNulls(properties);
    TableSchema schema = TableSchema.parse(body.path("schema"));
    if (properties.has("view")) {
      properties.withObjectProperty("view").put("useLegacySql", false);
      schema = viewSchema(id, properties.path("view"));
    }
    return Answer.json(resource(catalog.create(id, properties, schema)));
  }

  private TableSchema viewSchema(TableId id, JsonNode view) {
    QuerySettings settings =
        new QuerySettings(
            id.project(),
            Optional.empty(),
            catalog.dataset(id.datasetId()).location(),
            "",
            Map.of(),
            List.of());
    return new SqlEngine(catalog)
        .plan(settings, view.path("query").asText())
        .schema()
        .orElseThrow(() -> ApiException.invalidQuery("A view is a SELECT"));
  }

  private static void dropNulls(ObjectNode properties) {
    ObjectNode clean = JsonNodeFactory.instance.objectNode();
    MergePatch.apply(clean, properties);
    properties.removeAll();
    properties.setAll(clean);
  }

  Answer patch(ApiCall call) {
    return change(call, true);
  }

  Answer update(ApiCall call) {
    return change(call, false);
  }

  private Answer change(ApiCall call, boolean merge) {
    require(call, "bigquery.tables.update", call.table());
    StoredTable table = catalog.table(call.table());
    Preconditions.ifMatch(call, table.etag());
    catalog.metadataUpdate(table);
    ObjectNode body = call.body();
    ObjectNode properties = merge ? table.properties() : JsonNodeFactory.instance.objectNode();
    MergePatch.apply(properties, body.deepCopy().retain(KEPT));
    samePartitioning(table, properties);
    if (properties.has("view") != table.viewQuery().isPresent()) {
      throw ApiException.invalid("Cannot change the type of " + table.id());
    }
    sameKey(table, properties);
    TableSchema schema = table.schema();
    if (properties.has("view")) {
      schema = viewSchema(table.id(), properties.path("view"));
    } else if (body.path("schema").has("fields")) {
      schema = TableSchema.parse(body.get("schema"));
    }
    boolean late = faults.columnLate(call, table);
    catalog.update(table, properties, schema, late);
    return Answer.json(resource(table));
  }

  private static void samePartitioning(StoredTable table, JsonNode properties) {
    ObjectNode before = table.properties();
    for (String name : List.of("timePartitioning", "rangePartitioning")) {
      for (String part : List.of("type", "field", "range")) {
        if (!before.path(name).path(part).equals(properties.path(name).path(part))) {
          throw ApiException.invalid(
              "Cannot change partitioning/clustering spec for a partitioned/clustered table: "
                  + table.id());
        }
      }
    }
  }

  /** A key may be changed to another one, but a table is not decrypted again. */
  private static void sameKey(StoredTable table, JsonNode properties) {
    if (table.properties().has("encryptionConfiguration")
        && !properties.has("encryptionConfiguration")) {
      throw ApiException.invalid("Cannot remove the encryption of " + table.id());
    }
  }

  Answer delete(ApiCall call) {
    require(call, "bigquery.tables.delete", call.table());
    catalog.table(call.table());
    catalog.drop(call.table());
    return Answer.empty();
  }

  Answer testIamPermissions(ApiCall call) {
    catalog.table(call.table());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    var held = answer.putArray("permissions");
    for (JsonNode permission : call.body().path("permissions")) {
      if (permissions.has(call.principal(), permission.asText())) {
        held.add(permission.asText());
      }
    }
    return Answer.json(answer);
  }

  private void require(ApiCall call, String permission, TableId table) {
    permissions.require(call.principal(), permission, "Table " + table);
  }
}
