package io.writeback.sink;

import io.writeback.snapshot.SnapshotManifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/**
 * The columns of a table in their order. Names are found without regard to case, as both warehouses
 * do.
 */
public record TableSchema(List<TableColumn> columns) {
  public TableSchema {
    columns = List.copyOf(columns);
  }

  /**
   * The columns of a record's value.
   *
   * @throws DataException if the schema is none of a struct
   */
  public static TableSchema ofValue(Schema value) {
    if (value == null || value.type() != Schema.Type.STRUCT) {
      throw new DataException(
          "a row is expected to be a struct with a schema, found "
              + (value == null ? "a value without schema" : value.type().getName())
              + ": set a value.converter that delivers schemas");
    }
    return new TableSchema(value.fields().stream().map(ConnectColumns::column).toList());
  }

  /** The columns that a manifest lists; they make the table of an empty snapshot too. */
  public static TableSchema ofManifest(SnapshotManifest manifest) {
    return new TableSchema(manifest.columns().stream().map(ConnectColumns::column).toList());
  }

  /** The column of that name in any case. */
  public Optional<TableColumn> column(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return columns.stream()
        .filter(column -> column.name().toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst();
  }
}
