package io.writeback.sink;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A column.
 *
 * @param name as in the record
 * @param nullable whether a row may leave it out
 * @param scale digits after the point, of a DECIMAL
 * @param logical name of the Connect schema, for types that only some warehouses know
 * @param fields of a STRUCT; the element of an ARRAY; key and value of a MAP; else empty
 */
public record TableColumn(
    String name,
    ColumnType type,
    boolean nullable,
    Optional<Integer> scale,
    Optional<String> logical,
    List<TableColumn> fields) {
  public TableColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
    fields = List.copyOf(fields);
  }

  /** A column without structure. */
  public static TableColumn of(String name, ColumnType type, boolean nullable) {
    return new TableColumn(name, type, nullable, Optional.empty(), Optional.empty(), List.of());
  }

  /** A DECIMAL column. */
  public static TableColumn decimal(String name, int scale, boolean nullable) {
    return new TableColumn(
        name, ColumnType.DECIMAL, nullable, Optional.of(scale), Optional.empty(), List.of());
  }

  public TableColumn named(String other) {
    return new TableColumn(other, type, nullable, scale, logical, fields);
  }

  public TableColumn nullable(boolean other) {
    return new TableColumn(name, type, other, scale, logical, fields);
  }
}
