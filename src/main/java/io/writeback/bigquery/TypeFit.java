package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.ColumnType;
import io.writeback.sink.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a column holds every value of a field exactly. Pure. */
final class TypeFit {
  /** Types that hold each type besides itself; a text holds them all. */
  private static final Map<String, Set<String>> WIDER =
      Map.of("INTEGER", Set.of("NUMERIC", "BIGNUMERIC"), "NUMERIC", Set.of("BIGNUMERIC"));

  /** Columns that no field asks for by itself: who has made one wants it filled from these. */
  private static final Map<String, Set<String>> MEANT =
      Map.of(
          "STRING",
          Set.of("JSON", "GEOGRAPHY", "INTERVAL", "DATETIME", "RANGE"),
          "TIMESTAMP",
          Set.of("DATETIME"),
          "RECORD",
          Set.of("RANGE"));

  private static final Set<String> NO_TEXT = Set.of("RECORD", "BYTES");

  private TypeFit() {}

  /**
   * The first field that its column cannot hold exactly, in words; empty if they all can. Fields
   * without a column are none of its business.
   */
  static Optional<String> misfit(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    for (TableFieldSchema row : rows) {
      Optional<TableFieldSchema> column = TableFields.find(table, row.getName());
      if (column.isEmpty()) {
        continue;
      }
      String from = TableFields.canonicalType(row.getType());
      String to = TableFields.canonicalType(column.get().getType());
      if (!fits(from, to) || isRepeated(row) != isRepeated(column.get())) {
        return Optional.of(
            row.getName()
                + " is "
                + (isRepeated(column.get()) ? "repeated " : "")
                + to
                + ", the records have "
                + (isRepeated(row) ? "repeated " : "")
                + from);
      }
      if (from.equals("RECORD")) {
        Optional<String> inner = misfit(column.get().getFields(), row.getFields());
        if (inner.isPresent()) {
          return inner.map(words -> row.getName() + "." + words);
        }
      }
    }
    return Optional.empty();
  }

  /** The type, of two, that holds all values of both; empty if none does. */
  static Optional<String> wider(String one, String other) {
    if (one.equals(other) || WIDER.getOrDefault(other, Set.of()).contains(one)) {
      return Optional.of(one);
    }
    return Optional.of(other).filter(WIDER.getOrDefault(one, Set.of())::contains);
  }

  /**
   * Whether a column takes a field's values: it holds them exactly, or has been made for them. What
   * is inside of a struct is another question, inside of a map it is not.
   */
  static boolean takes(TableFieldSchema column, TableFieldSchema own, TableColumn field) {
    String from = canonical(own);
    String to = canonical(column);
    return isRepeated(own) == isRepeated(column)
        && (fits(from, to) || MEANT.getOrDefault(from, Set.of()).contains(to))
        && (field.type() != ColumnType.MAP
            || misfit(column.getFields(), own.getFields()).isEmpty());
  }

  /**
   * The columns of rows, of the table's types where its columns have been made for texts and
   * structs: a RANGE or JSON, say. Structs are looked into.
   */
  static List<TableFieldSchema> meant(List<TableFieldSchema> table, List<TableFieldSchema> rows) {
    List<TableFieldSchema> meant = new ArrayList<>();
    for (TableFieldSchema row : rows) {
      TableFieldSchema column = TableFields.find(table, row.getName()).orElse(row);
      boolean alike = isRepeated(row) == isRepeated(column);
      if (alike && row.getFields() != null && column.getFields() != null) {
        meant.add(row.clone().setFields(meant(column.getFields(), row.getFields())));
      } else if (alike
          && !canonical(row).equals("TIMESTAMP")
          && MEANT.getOrDefault(canonical(row), Set.of()).contains(canonical(column))) {
        meant.add(
            new TableFieldSchema()
                .setName(row.getName())
                .setMode(row.getMode())
                .setType(column.getType())
                .setRangeElementType(column.getRangeElementType()));
      } else {
        meant.add(row);
      }
    }
    return meant;
  }

  private static String canonical(TableFieldSchema field) {
    return TableFields.canonicalType(field.getType());
  }

  private static boolean fits(String from, String to) {
    return from.equals(to)
        || WIDER.getOrDefault(from, Set.of()).contains(to)
        || (to.equals("STRING") && !NO_TEXT.contains(from));
  }

  private static boolean isRepeated(TableFieldSchema field) {
    return TableFields.REPEATED.equals(field.getMode());
  }
}
