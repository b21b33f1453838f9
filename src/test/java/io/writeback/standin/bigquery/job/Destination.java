package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * The table that a job writes, by its dispositions (documentation of the REST resource Job). A
 * table that is made or replaced is filled aside and shown when the rows are there, so that a job
 * has all of its effect or none.
 *
 * @param aside whether the table is not visible yet
 */
record Destination(Catalog catalog, StoredTable table, boolean aside) {
  /** What a job says about its destination. */
  record Wish(
      TableId id,
      String create,
      String write,
      Optional<TableSchema> schema,
      ObjectNode properties,
      List<String> schemaUpdates) {
    static Wish of(TableId id, JsonNode config, String defaultWrite, Optional<TableSchema> schema) {
      ObjectNode properties = JsonNodeFactory.instance.objectNode();
      for (String name :
          List.of(
              "timePartitioning",
              "rangePartitioning",
              "clustering",
              "destinationEncryptionConfiguration")) {
        if (config.hasNonNull(name)) {
          String property = name.startsWith("destination") ? "encryptionConfiguration" : name;
          properties.set(property, config.get(name).deepCopy());
        }
      }
      JsonNode table = config.path("destinationTableProperties");
      for (String name : List.of("description", "friendlyName", "labels", "expirationTime")) {
        if (table.hasNonNull(name)) {
          properties.set(name, table.get(name).deepCopy());
        }
      }
      List<String> updates = new java.util.ArrayList<>();
      config.path("schemaUpdateOptions").forEach(option -> updates.add(option.asText()));
      return new Wish(
          id,
          config.path("createDisposition").asText("CREATE_IF_NEEDED"),
          config.path("writeDisposition").asText(defaultWrite),
          schema,
          properties,
          updates);
    }
  }

  /**
   * Makes the table ready for rows.
   *
   * @param found the schema of the data if the job gives none
   */
  static Destination open(
      Catalog catalog, StoreSession session, Wish wish, Optional<TableSchema> found) {
    Optional<StoredTable> existing = catalog.find(wish.id());
    Optional<TableSchema> schema = wish.schema().or(() -> found);
    if (existing.isEmpty()) {
      if (wish.create().equals("CREATE_NEVER")) {
        throw ApiException.notFound("Table " + wish.id());
      }
      if (schema.isEmpty()) {
        throw ApiException.invalid("No schema specified on job or table: " + wish.id());
      }
      StoredTable made = catalog.detached(wish.id(), wish.properties(), schema.get());
      return new Destination(catalog, made, true);
    }
    StoredTable table = existing.get();
    if (table.viewQuery().isPresent()) {
      throw ApiException.invalid("Cannot write to view " + wish.id());
    }
    switch (wish.write()) {
      case "WRITE_EMPTY" -> {
        if (catalog.rowCount(table) > 0) {
          throw new ApiException(
              400, "duplicate", wish.id().toString(), "Already Exists: Table " + wish.id());
        }
      }
      case "WRITE_APPEND" -> {}
      case "WRITE_TRUNCATE", "WRITE_TRUNCATE_DATA" -> {
        return truncate(catalog, session, wish, table, schema);
      }
      default -> throw ApiException.invalid("Invalid value for writeDisposition: " + wish.write());
    }
    append(catalog, wish, table);
    session.appendTo(table);
    return new Destination(catalog, table, false);
  }

  private static Destination truncate(
      Catalog catalog,
      StoreSession session,
      Wish wish,
      StoredTable table,
      Optional<TableSchema> schema) {
    session.mutate(table);
    boolean dataOnly = wish.write().endsWith("_DATA");
    ObjectNode properties = table.properties();
    if (!dataOnly) {
      // The documentation of writeDisposition: WRITE_TRUNCATE removes the constraints.
      properties.remove("tableConstraints");
      wish.properties().properties().forEach(e -> properties.set(e.getKey(), e.getValue()));
    }
    TableSchema columns = dataOnly ? table.schema() : schema.orElse(table.schema());
    return new Destination(catalog, catalog.detached(wish.id(), properties, columns), true);
  }

  /** Columns may be added or relaxed by an append only if the job says so. */
  private static void append(Catalog catalog, Wish wish, StoredTable table) {
    if (wish.schema().isEmpty()) {
      return;
    }
    SchemaFit fit = SchemaFit.of(table.id(), table.schema(), wish.schema().get());
    if (fit.adds() && !wish.schemaUpdates().contains("ALLOW_FIELD_ADDITION")) {
      throw ApiException.invalid(
          "Provided Schema does not match Table "
              + table.id()
              + ". Cannot add fields (field: "
              + fit.firstAdded()
              + ")");
    }
    boolean relax = fit.relaxes() && wish.schemaUpdates().contains("ALLOW_FIELD_RELAXATION");
    if (fit.adds() || relax) {
      catalog.update(table, table.properties(), fit.merged(relax), false);
    }
  }

  /** To be called after the rows are committed. */
  void finish() {
    table.dataChanged();
    if (aside) {
      catalog.publish(table);
    }
  }

  /** To be called if the job fails. */
  void abandon() {
    if (aside) {
      catalog.discard(table);
    }
  }
}
