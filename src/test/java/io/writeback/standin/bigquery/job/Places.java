package io.writeback.standin.bigquery.job;

import io.writeback.standin.bigquery.catalog.DefaultValues;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where the columns of a job stand in its table. A column that the job does not have gets its
 * default; one that it has and a row does not is NULL (documentation page "Specify default column
 * values", load jobs).
 */
final class Places {
  private final List<Field> columns;
  private final int[] place;
  private final int width;

  Places(TableSchema table, TableSchema job) {
    this.width = table.fields().size();
    this.place = job.fields().stream().mapToInt(column -> at(table, column)).toArray();
    this.columns = new ArrayList<>();
    for (int at : place) {
      columns.add(table.fields().get(at));
    }
  }

  private static int at(TableSchema table, Field column) {
    for (int i = 0; i < table.fields().size(); i++) {
      if (table.fields().get(i).name().equalsIgnoreCase(column.name())) {
        return i;
      }
    }
    throw new IllegalStateException(column.name());
  }

  /** The table's columns that the job has, in the job's order. */
  List<Field> columns() {
    return Collections.unmodifiableList(columns);
  }

  /** A row of the table; values behind the end of the given one are NULL. */
  List<Object> row(List<?> values) {
    List<Object> row = new ArrayList<>(Collections.nCopies(width, DefaultValues.DEFAULT));
    for (int i = 0; i < place.length; i++) {
      row.set(place[i], i < values.size() ? values.get(i) : null);
    }
    return row;
  }
}
