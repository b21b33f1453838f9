package io.writeback.sink;

import io.writeback.sink.SchemaDiff.Change;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the columns of a table with those of rows. */
final class SchemaComparison {
  /** Types that hold every value of the key. */
  private static final Map<ColumnType, Set<ColumnType>> WIDER = wider();

  private final List<TableColumn> added = new ArrayList<>();
  private final List<String> relaxed = new ArrayList<>();
  private final List<Change> widened = new ArrayList<>();
  private final List<Change> changed = new ArrayList<>();

  private SchemaComparison() {}

  static SchemaDiff compare(TableSchema table, TableSchema rows) {
    SchemaComparison comparison = new SchemaComparison();
    for (TableColumn row : rows.columns()) {
      table
          .column(row.name())
          .ifPresentOrElse(
              existing -> comparison.both(existing, row), () -> comparison.added.add(row));
    }
    for (TableColumn existing : table.columns()) {
      if (!existing.nullable() && rows.column(existing.name()).isEmpty()) {
        comparison.relaxed.add(existing.name());
      }
    }
    return new SchemaDiff(
        comparison.added, comparison.relaxed, comparison.widened, comparison.changed);
  }

  private void both(TableColumn existing, TableColumn row) {
    if (row.nullable() && !existing.nullable()) {
      relaxed.add(existing.name());
    }
    if (fits(row, existing)) {
      return;
    }
    if (fits(existing, row)) {
      widened.add(new Change(existing, row));
    } else {
      changed.add(new Change(existing, row));
    }
  }

  /** Whether every value of {@code from} is a value of {@code to}, nulls aside. */
  private static boolean fits(TableColumn from, TableColumn to) {
    if (from.type() != to.type()) {
      return WIDER.getOrDefault(from.type(), Set.of()).contains(to.type());
    }
    if (from.type() == ColumnType.DECIMAL) {
      return from.scale().orElse(0) <= to.scale().orElse(0);
    }
    if (from.fields().size() > to.fields().size()) {
      return false;
    }
    TableSchema inner = new TableSchema(to.fields());
    return from.fields().stream()
        .allMatch(field -> inner.column(field.name()).filter(t -> fits(field, t)).isPresent());
  }

  private static Map<ColumnType, Set<ColumnType>> wider() {
    Map<ColumnType, Set<ColumnType>> wider = new EnumMap<>(ColumnType.class);
    wider.put(
        ColumnType.INT8,
        EnumSet.of(
            ColumnType.INT16,
            ColumnType.INT32,
            ColumnType.INT64,
            ColumnType.FLOAT32,
            ColumnType.FLOAT64,
            ColumnType.DECIMAL));
    wider.put(
        ColumnType.INT16,
        EnumSet.of(
            ColumnType.INT32,
            ColumnType.INT64,
            ColumnType.FLOAT32,
            ColumnType.FLOAT64,
            ColumnType.DECIMAL));
    wider.put(
        ColumnType.INT32, EnumSet.of(ColumnType.INT64, ColumnType.FLOAT64, ColumnType.DECIMAL));
    wider.put(ColumnType.INT64, EnumSet.of(ColumnType.DECIMAL));
    wider.put(ColumnType.FLOAT32, EnumSet.of(ColumnType.FLOAT64));
    wider.put(ColumnType.DATE, EnumSet.of(ColumnType.TIMESTAMP));
    return wider;
  }
}
