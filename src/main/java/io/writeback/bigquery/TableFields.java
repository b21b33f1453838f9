package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Columns of records as columns of BigQuery, and what a table lacks of them. Pure. */
final class TableFields {
  static final String NULLABLE = "NULLABLE";
  static final String REPEATED = "REPEATED";
  static final String REQUIRED = "REQUIRED";

  private TableFields() {}

  /**
   * The columns, all nullable: a later record may leave any of them out, and a REQUIRED column
   * cannot be added to a table that has rows.
   *
   * @throws BadRowException if BigQuery has nothing like it
   */
  static List<TableFieldSchema> of(List<TableColumn> columns, ColumnNaming naming) {
    List<String> names = naming.all(columns.stream().map(TableColumn::name).toList());
    List<TableFieldSchema> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      TableColumn column = columns.get(i);
      // BigQuery has no struct without fields, and there is nothing to keep of it.
      if (!isEmptyStruct(column)) {
        fields.add(field(names.get(i), column, naming));
      }
    }
    return fields;
  }

  static boolean isEmptyStruct(TableColumn column) {
    return ColumnKind.of(column) == ColumnKind.STRUCT && column.fields().isEmpty();
  }

  private static TableFieldSchema field(String name, TableColumn column, ColumnNaming naming) {
    ColumnKind kind = ColumnKind.of(column);
    if (kind == ColumnKind.ARRAY) {
      TableColumn element = column.fields().get(0);
      ColumnKind inner = ColumnKind.of(element);
      if (inner == ColumnKind.ARRAY || inner == ColumnKind.MAP || isEmptyStruct(element)) {
        throw new BadRowException(
            "field "
                + column.name()
                + " is an array of "
                + (inner == ColumnKind.STRUCT ? "empty structs" : "arrays or maps")
                + ", which BigQuery has no type for: flatten it with a transform");
      }
      return field(name, element, naming).setMode(REPEATED);
    }
    TableFieldSchema field =
        new TableFieldSchema().setName(name).setType(kind.bigQueryType()).setMode(NULLABLE);
    if (kind == ColumnKind.STRUCT || kind == ColumnKind.MAP) {
      field.setFields(of(column.fields(), naming));
    }
    return kind == ColumnKind.MAP ? field.setMode(REPEATED) : field;
  }

  /**
   * The columns of a table with those added that the rows have besides; empty if it lacks none.
   * Existing columns stay as they are.
   */
  static Optional<List<TableFieldSchema>> grown(
      List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    List<TableFieldSchema> all = new ArrayList<>(table);
    boolean changed = false;
    for (TableFieldSchema row : rows) {
      int at = indexOf(all, row.getName());
      if (at < 0) {
        all.add(row);
        changed = true;
      } else if (row.getFields() != null && all.get(at).getFields() != null) {
        TableFieldSchema existing = all.get(at);
        Optional<List<TableFieldSchema>> inner = grown(existing.getFields(), row.getFields());
        if (inner.isPresent()) {
          all.set(at, existing.clone().setFields(inner.get()));
          changed = true;
        }
      }
    }
    return changed ? Optional.of(all) : Optional.empty();
  }

  /**
   * The columns of a table with those made NULLABLE that are REQUIRED and that the rows lack, or
   * need not have; empty if there are none. One that has a default is not missed.
   */
  static Optional<List<TableFieldSchema>> relaxed(
      List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    List<TableFieldSchema> all = new ArrayList<>(table);
    boolean changed = false;
    for (int i = 0; i < all.size(); i++) {
      TableFieldSchema column = all.get(i);
      Optional<TableFieldSchema> row = find(rows, column.getName());
      boolean filled = row.isEmpty() && column.getDefaultValueExpression() != null;
      if (REQUIRED.equals(column.getMode())
          && !filled
          && row.filter(r -> REQUIRED.equals(r.getMode())).isEmpty()) {
        column = column.clone().setMode(NULLABLE);
      }
      if (column.getFields() != null && row.isPresent() && row.get().getFields() != null) {
        Optional<List<TableFieldSchema>> inner = relaxed(column.getFields(), row.get().getFields());
        if (inner.isPresent()) {
          column = column.clone().setFields(inner.get());
        }
      }
      changed |= column != all.set(i, column);
    }
    return changed ? Optional.of(all) : Optional.empty();
  }

  /** Names of the columns that BigQuery fills if rows do not have them. */
  static Set<String> defaulted(List<TableFieldSchema> table) {
    return table.stream()
        .filter(column -> column.getDefaultValueExpression() != null)
        .map(TableFieldSchema::getName)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How many columns are REQUIRED. */
  static long required(List<TableFieldSchema> fields) {
    return fields.stream().filter(field -> REQUIRED.equals(field.getMode())).count();
  }

  /** The column of that name, in any case. */
  static Optional<TableFieldSchema> find(List<TableFieldSchema> fields, String name) {
    int at = indexOf(fields, name);
    return at < 0 ? Optional.empty() : Optional.of(fields.get(at));
  }

  /** The column that a configuration means, by its own name or that of its field. */
  static Optional<TableFieldSchema> named(List<TableFieldSchema> fields, String configured) {
    return find(fields, configured)
        .or(
            () ->
                Arrays.stream(ColumnNaming.values())
                    .flatMap(naming -> find(fields, naming.of(configured)).stream())
                    .findFirst());
  }

  /** The REST API knows some types by two names; this is the one that it answers with. */
  static String canonicalType(String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "INT64" -> "INTEGER";
      case "FLOAT64" -> "FLOAT";
      case "BOOL" -> "BOOLEAN";
      case "STRUCT" -> "RECORD";
      default -> type.toUpperCase(Locale.ROOT);
    };
  }

  private static int indexOf(List<TableFieldSchema> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).getName().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return i;
      }
    }
    return -1;
  }
}
