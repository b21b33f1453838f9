package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * The service takes the fields of an inserted struct by position: under other names it puts values
 * into other fields, or refuses their types (documentation page "Conversion rules", coercion).
 * DuckDB takes them by name. So that nothing passes here that goes wrong there, fields have to be
 * the same, in the same order; those without names have to be as many.
 */
final class StructOrder {
  private StructOrder() {}

  static void check(StoredTable table, List<String> columns, TableSchema query) {
    for (int i = 0; i < Math.min(columns.size(), query.fields().size()); i++) {
      Optional<Field> column = table.schema().field(columns.get(i));
      Field value = query.fields().get(i);
      if (column.isPresent() && !fits(column.get(), value)) {
        throw ApiException.invalidQuery(
            "Query column "
                + (i + 1)
                + " has type "
                + TypeNames.of(value)
                + " which cannot be inserted into column "
                + column.get().name()
                + ", which has type "
                + TypeNames.of(column.get()));
      }
    }
  }

  private static boolean fits(Field column, Field value) {
    if (column.type() != FieldType.STRUCT || value.type() != FieldType.STRUCT) {
      return true;
    }
    if (column.fields().size() != value.fields().size()) {
      return false;
    }
    for (int i = 0; i < column.fields().size(); i++) {
      Field inner = value.fields().get(i);
      boolean named = !inner.name().isEmpty();
      if ((named && !inner.name().equalsIgnoreCase(column.fields().get(i).name()))
          || !fits(column.fields().get(i), inner)) {
        return false;
      }
    }
    return true;
  }
}
