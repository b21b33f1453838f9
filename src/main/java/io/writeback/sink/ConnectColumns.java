package io.writeback.sink;

import io.writeback.snapshot.SnapshotManifest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/** Columns from Connect schemas, and from the columns that a manifest lists. */
final class ConnectColumns {
  private ConnectColumns() {}

  static TableColumn column(Field field) {
    return column(field.name(), field.schema());
  }

  static TableColumn column(String name, Schema schema) {
    return new TableColumn(
        name,
        type(name, schema.type().getName(), Optional.ofNullable(schema.name())),
        schema.isOptional(),
        scale(name, schema),
        Optional.ofNullable(schema.name()),
        fields(schema));
  }

  /** A manifest's column is nullable always: Domo knows no required ones. */
  static TableColumn column(SnapshotManifest.Column column) {
    ColumnType type = type(column.name(), column.type(), column.logical());
    if (type == ColumnType.STRUCT || type == ColumnType.ARRAY || type == ColumnType.MAP) {
      throw new DataException(
          "manifest column "
              + column.name()
              + " has type "
              + column.type()
              + ", expected a scalar");
    }
    return new TableColumn(column.name(), type, true, column.scale(), column.logical(), List.of());
  }

  private static List<TableColumn> fields(Schema schema) {
    return switch (schema.type()) {
      case STRUCT -> schema.fields().stream().map(ConnectColumns::column).toList();
      case ARRAY -> List.of(column("element", schema.valueSchema()));
      case MAP -> List.of(column("key", schema.keySchema()), column("value", schema.valueSchema()));
      default -> List.of();
    };
  }

  private static ColumnType type(String name, String connectType, Optional<String> logical) {
    String known = logical.orElse("");
    return switch (known) {
      case Decimal.LOGICAL_NAME -> ColumnType.DECIMAL;
      case Date.LOGICAL_NAME -> ColumnType.DATE;
      case Time.LOGICAL_NAME -> ColumnType.TIME;
      case Timestamp.LOGICAL_NAME -> ColumnType.TIMESTAMP;
      default -> physical(name, connectType);
    };
  }

  private static ColumnType physical(String name, String connectType) {
    try {
      return ColumnType.valueOf(connectType.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new DataException("column " + name + " has unknown type " + connectType, e);
    }
  }

  private static Optional<Integer> scale(String name, Schema schema) {
    if (!Decimal.LOGICAL_NAME.equals(schema.name())) {
      return Optional.empty();
    }
    String digits =
        schema.parameters() == null ? null : schema.parameters().get(Decimal.SCALE_FIELD);
    try {
      return Optional.of(Integer.valueOf(digits));
    } catch (NumberFormatException e) {
      throw new DataException(
          "column " + name + " is a Decimal whose scale is " + digits + ", expected a number", e);
    }
  }
}
