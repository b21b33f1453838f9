package io.writeback.crash;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What SQL shows to a reader of a warehouse. One connection, one thread. */
abstract class WarehouseReader implements AutoCloseable {
  /** Runs a query; each cell as text or null. */
  abstract List<List<String>> query(String sql) throws Exception;

  /** A table's name in a FROM clause. */
  abstract String from(String table);

  /** Where the catalog's columns are listed, filtered to the tables of the run. */
  abstract String columnsOf(String table);

  abstract String tablesLike(String prefix);

  @Override
  public abstract void close();

  /** Names of the tables of a family; the table itself, if there is one, for the empty suffix. */
  final List<String> family(String prefix) throws Exception {
    return query(tablesLike(prefix)).stream()
        .map(row -> row.get(0))
        .filter(name -> name.matches(prefix + "_[0-9]+"))
        .sorted(java.util.Comparator.comparing(n -> Integer.valueOf(n.replaceAll(".*_", ""))))
        .toList();
  }

  final boolean exists(String table) throws Exception {
    return !query(columnsOf(table)).isEmpty();
  }

  /** The figures of the rows of each version, in one query. */
  final Map<Long, Figures> figures(String table) throws Exception {
    Map<Long, Figures> figures = new HashMap<>();
    String sql = "SELECT version, COUNT(*), SUM(mark) FROM " + from(table) + " GROUP BY version";
    for (List<String> row : query(sql)) {
      figures.put(
          row.get(0) == null ? -1 : Long.parseLong(row.get(0)),
          new Figures(
              Long.parseLong(row.get(1)), new java.math.BigDecimal(row.get(2)).longValue()));
    }
    return figures;
  }

  /** All rows with their number of copies; empty if there is no table. */
  final Optional<Map<List<String>, Integer>> rows(String table) throws Exception {
    List<String> columns = query(columnsOf(table)).stream().map(row -> row.get(0)).toList();
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    String extra = columns.contains("extra") ? "extra" : "NULL";
    Map<List<String>, Integer> copies = new HashMap<>();
    String sql = "SELECT id, version, mark, text, day, " + extra + " FROM " + from(table);
    query(sql).forEach(row -> copies.merge(row, 1, Integer::sum));
    return Optional.of(copies);
  }
}
