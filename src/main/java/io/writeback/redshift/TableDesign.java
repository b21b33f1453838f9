package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How new tables are made. Without anything said, Redshift tunes them by itself. Pure.
 *
 * @param style even, all, key, or empty for automatic
 * @param distKey column that rows are distributed by, for style key
 * @param sortKeys columns that rows are sorted by
 * @param grants given on each new table
 */
record TableDesign(
    Optional<String> style, Optional<String> distKey, List<String> sortKeys, List<Grant> grants) {
  static final TableDesign AUTOMATIC =
      new TableDesign(Optional.empty(), Optional.empty(), List.of(), List.of());

  TableDesign {
    sortKeys = List.copyOf(sortKeys);
    grants = List.copyOf(grants);
  }

  /** The statements that make a table, in their order. Keys that it has no columns for are left. */
  List<String> create(Target target, List<Column> columns) {
    Set<String> names = new HashSet<>();
    columns.forEach(column -> names.add(column.name()));
    List<String> statements = new ArrayList<>();
    statements.add(TableChange.create(target, columns) + distribution(names) + order(names));
    grants.forEach(grant -> statements.add(grant.on(target)));
    return statements;
  }

  private String distribution(Set<String> names) {
    Optional<String> key = distKey.map(ColumnNames::fold).filter(names::contains);
    if (key.isPresent()) {
      return " DISTSTYLE KEY DISTKEY(" + Sql.identifier(key.get()) + ")";
    }
    return style.filter(s -> !s.equals("KEY")).map(s -> " DISTSTYLE " + s).orElse("");
  }

  private String order(Set<String> names) {
    List<String> keys = sortKeys.stream().map(ColumnNames::fold).filter(names::contains).toList();
    return keys.isEmpty()
        ? ""
        : keys.stream()
            .map(Sql::identifier)
            .collect(Collectors.joining(", ", " COMPOUND SORTKEY(", ")"));
  }
}
