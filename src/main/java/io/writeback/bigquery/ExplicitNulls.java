package io.writeback.bigquery;

import com.google.api.client.util.Data;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.bigquery.InsertBatch.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * The nulls that tabledata.insertAll has to be told: it fills a column that a row does not mention
 * with the column's default, row by row (docs: "Specify default column values"). What a record has
 * as null stays NULL; what its schema does not have gets the default.
 */
final class ExplicitNulls {
  private final List<TableFieldSchema> defaulted;
  private final BigQueryTables tables;
  private final Map<Schema, List<TableFieldSchema>> bySchema = new HashMap<>();

  /**
   * Nulls for rows of one table.
   *
   * @param columns that the table has
   */
  ExplicitNulls(List<TableFieldSchema> columns, BigQueryTables tables) {
    this.defaulted =
        columns.stream().filter(column -> column.getDefaultValueExpression() != null).toList();
    this.tables = tables;
  }

  /** The columns of a row, those among them that are to stay NULL. */
  Map<String, Object> in(Row row) {
    if (defaulted.isEmpty()) {
      return row.json();
    }
    Map<String, Object> json = new LinkedHashMap<>(row.json());
    for (TableFieldSchema column : bySchema.computeIfAbsent(row.schema(), this::ofRecord)) {
      json.putIfAbsent(
          column.getName(),
          TableFields.REPEATED.equals(column.getMode())
              ? List.of()
              : Data.<Object>nullOf(Object.class));
    }
    return json;
  }

  /** Columns that a record has, by the names that it gives them. */
  private List<TableFieldSchema> ofRecord(Schema schema) {
    List<TableFieldSchema> both = new ArrayList<>();
    for (TableFieldSchema column : tables.columnsOf(List.of(schema))) {
      if (TableFields.find(defaulted, column.getName()).isPresent()) {
        both.add(column);
      }
    }
    return both;
  }
}
