package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;

/** The columns of rows of several schemas. */
final class BatchColumns {
  private BatchColumns() {}

  /**
   * The columns of all schemas, in the order they came. Where they differ it is the first one's
   * type, or a wider one that both fit.
   */
  static List<TableFieldSchema> of(Collection<Schema> schemas, ColumnNaming naming) {
    List<TableFieldSchema> columns = new ArrayList<>();
    for (Schema schema : schemas) {
      List<TableFieldSchema> more = TableFields.of(TableSchema.ofValue(schema).columns(), naming);
      columns = new ArrayList<>(TableFields.grown(columns, more).orElse(columns));
      widen(columns, more);
    }
    return columns;
  }

  private static void widen(List<TableFieldSchema> columns, List<TableFieldSchema> more) {
    for (TableFieldSchema other : more) {
      for (int i = 0; i < columns.size(); i++) {
        TableFieldSchema column = columns.get(i);
        if (column.getName().equalsIgnoreCase(other.getName())
            && Objects.equals(column.getMode(), other.getMode())) {
          columns.set(i, wider(column, other));
        }
      }
    }
  }

  private static TableFieldSchema wider(TableFieldSchema column, TableFieldSchema other) {
    if (column.getFields() != null && other.getFields() != null) {
      List<TableFieldSchema> inside = new ArrayList<>(column.getFields());
      widen(inside, other.getFields());
      return column.clone().setFields(inside);
    }
    return TypeFit.wider(column.getType(), other.getType())
        .map(type -> column.clone().setType(type))
        .orElse(column);
  }
}
