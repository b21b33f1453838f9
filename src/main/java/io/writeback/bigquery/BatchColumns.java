package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.connect.data.Schema;

/** The columns of rows of several schemas. */
final class BatchColumns {
  private BatchColumns() {}

  /** The columns of all schemas, in the order they came. */
  static List<TableFieldSchema> of(Collection<Schema> schemas) {
    List<TableFieldSchema> columns = new ArrayList<>();
    for (Schema schema : schemas) {
      List<TableFieldSchema> more = TableFields.of(TableSchema.ofValue(schema).columns());
      columns = new ArrayList<>(TableFields.grown(columns, more).orElse(columns));
    }
    return columns;
  }
}
