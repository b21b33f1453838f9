package io.writeback.domo;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns and rows are wanted, by GUID or alias, and what orders them.
 *
 * @param columns names of the wanted columns
 * @param filters conditions that rows must meet
 * @param cursors the cursor column and its tiebreak; none in snapshot mode
 */
record RowChoices(
    Map<String, List<String>> columns,
    Map<String, Condition> filters,
    Map<String, List<String>> cursors) {
  static final RowChoices EVERYTHING = new RowChoices(Map.of(), Map.of(), Map.of());

  RowChoices {
    columns = Map.copyOf(columns);
    filters = Map.copyOf(filters);
    cursors = Map.copyOf(cursors);
  }

  /** What is set for a DataSet. */
  static <T> Optional<T> find(Map<String, T> settings, String dataset, String alias) {
    T byId = settings.get(dataset);
    return Optional.ofNullable(byId == null ? settings.get(alias) : byId);
  }

  RowSelection selection(String dataset, String alias, List<DomoColumn> all) {
    return new RowSelection(
        all, find(columns, dataset, alias).orElse(List.of()), find(filters, dataset, alias));
  }

  Optional<List<String>> cursor(String dataset, String alias) {
    return find(cursors, dataset, alias);
  }

  /** Adds what is set for a DataSet. */
  void print(Fingerprint print, String dataset, String alias) {
    find(columns, dataset, alias)
        .ifPresent(names -> print.add("domo.columns").add(names.toString()));
    find(filters, dataset, alias)
        .ifPresent(filter -> print.add("domo.row.filter").add(filter.toString()));
    find(cursors, dataset, alias)
        .ifPresent(names -> print.add("domo.cursor.columns").add(names.toString()));
  }
}
