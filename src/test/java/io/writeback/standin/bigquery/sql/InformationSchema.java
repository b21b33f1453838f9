package io.writeback.standin.bigquery.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** INFORMATION_SCHEMA views of one dataset, made from the catalog for each query. */
final class InformationSchema {
  private InformationSchema() {}

  /** A subselect for a path such as {@code project.dataset.INFORMATION_SCHEMA.TABLES}. */
  static String render(StatementScope scope, List<String> path) {
    int at = path.size() - 2;
    String view = path.get(path.size() - 1).toUpperCase(Locale.ROOT);
    if (at < 1) {
      throw SqlErrors.unsupported("INFORMATION_SCHEMA without a dataset");
    }
    String project = at == 2 ? path.get(0) : scope.settings().project();
    DatasetId dataset = new DatasetId(project, path.get(at - 1));
    Catalog catalog = scope.catalog();
    List<String> rows = new ArrayList<>();
    String columns =
        switch (view) {
          case "TABLES" -> {
            catalog.tables(dataset).forEach(table -> rows.add(tableRow(table)));
            yield "table_catalog, table_schema, table_name, table_type, is_insertable_into,"
                + " creation_time, ddl";
          }
          case "COLUMNS" -> {
            catalog.tables(dataset).forEach(table -> columnRows(table, rows));
            yield "table_catalog, table_schema, table_name, column_name, ordinal_position,"
                + " is_nullable, data_type, is_partitioning_column, clustering_ordinal_position";
          }
          case "TABLE_OPTIONS" -> {
            catalog.tables(dataset).forEach(table -> optionRows(table, rows));
            yield "table_catalog, table_schema, table_name, option_name, option_type, option_value";
          }
          case "SCHEMATA" -> throw SqlErrors.unsupported("INFORMATION_SCHEMA.SCHEMATA");
          default ->
              throw ApiException.notFound("Table " + dataset + ".INFORMATION_SCHEMA." + view);
        };
    String condition = rows.isEmpty() ? " WHERE false" : "";
    if (rows.isEmpty()) {
      rows.add("(" + "NULL, ".repeat(columns.split(",").length - 1) + "NULL)");
    }
    return "(SELECT * FROM (VALUES "
        + String.join(", ", rows)
        + ") AS v("
        + columns
        + ")"
        + condition
        + ")";
  }

  private static String tableRow(StoredTable table) {
    boolean view = table.viewQuery().isPresent();
    return "("
        + prefix(table)
        + (view ? ", 'VIEW', 'NO', " : ", 'BASE TABLE', 'YES', ")
        + "TIMESTAMPTZ "
        + Identifiers.text(Instant.ofEpochMilli(table.created()).toString())
        + ", NULL)";
  }

  private static void columnRows(StoredTable table, List<String> rows) {
    JsonNode properties = table.properties();
    String partition =
        properties
            .path("timePartitioning")
            .path("field")
            .asText(properties.path("rangePartitioning").path("field").asText(""));
    List<String> clustering = new ArrayList<>();
    properties.path("clustering").path("fields").forEach(c -> clustering.add(c.asText()));
    int position = 1;
    for (Field field : table.schema().fields()) {
      int cluster = clustering.indexOf(field.name()) + 1;
      rows.add(
          "("
              + prefix(table)
              + ", "
              + Identifiers.text(field.name())
              + ", "
              + position++
              + ", "
              + (field.required() ? "'NO'" : "'YES'")
              + ", "
              + Identifiers.text(TypeNames.of(field))
              + ", "
              + (field.name().equalsIgnoreCase(partition) ? "'YES'" : "'NO'")
              + ", "
              + (cluster == 0 ? "NULL" : cluster)
              + ")");
    }
  }

  private static void optionRows(StoredTable table, List<String> rows) {
    for (TableOptions.Option option : TableOptions.written(table.properties())) {
      rows.add(
          "("
              + prefix(table)
              + ", "
              + Identifiers.text(option.name())
              + ", "
              + Identifiers.text(option.type())
              + ", "
              + Identifiers.text(option.value())
              + ")");
    }
  }

  private static String prefix(StoredTable table) {
    return Identifiers.text(table.id().project())
        + ", "
        + Identifiers.text(table.id().dataset())
        + ", "
        + Identifiers.text(table.id().table());
  }
}
