package io.writeback.local;

import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Compares tables with their generators until each of them shows its current version. */
final class Verification {
  private static final long MOST_ROWS_BY_CELL = 100_000;

  private final String namespace;
  private final List<WarehouseView> warehouses;
  private final Map<String, String> verdicts = new LinkedHashMap<>();
  private final List<Pair> waiting = new ArrayList<>();

  private record Pair(WarehouseView warehouse, LocalTable table) {
    String name() {
      return warehouse.name() + " " + table.name();
    }
  }

  Verification(String namespace, List<WarehouseView> warehouses) {
    this.namespace = namespace;
    this.warehouses = warehouses;
  }

  /** Starts over with these tables. */
  void begin(List<LocalTable> tables) {
    verdicts.clear();
    waiting.clear();
    for (WarehouseView warehouse : warehouses) {
      for (LocalTable table : tables) {
        Pair pair = new Pair(warehouse, table);
        waiting.add(pair);
        verdicts.put(pair.name(), line(pair, "none", table.rows().rowCount(), "nothing landed"));
      }
    }
  }

  boolean isComplete() {
    return waiting.isEmpty();
  }

  /** Looks at every table that has not shown its version yet. */
  void look() throws Exception {
    for (Pair pair : List.copyOf(waiting)) {
      LocalTable table = pair.table;
      long rows = table.rows().rowCount();
      Optional<Long> count = pair.warehouse.count(table.name());
      if (count.isEmpty()) {
        continue;
      }
      if (count.get() != rows) {
        verdicts.put(pair.name(), line(pair, count.get(), rows, "rows DIFFER"));
        continue;
      }
      if (isSmallText(table)) {
        lookAtCells(pair, rows);
        continue;
      }
      Optional<TableSummary> found = pair.warehouse.summary(table.name(), table.rows().columns());
      if (found.isEmpty()) {
        continue;
      }
      Optional<String> difference =
          found.get().differenceFrom(table.expected(), table.rows().columns());
      if (difference.isEmpty()) {
        waiting.remove(pair);
      }
      verdicts.put(
          pair.name(),
          line(
              pair,
              found.get().rows(),
              rows,
              difference.map(d -> "checksum DIFFERS: " + d).orElse("checksum ok")));
    }
  }

  private static boolean isSmallText(LocalTable table) {
    return table.rows().rowCount() <= MOST_ROWS_BY_CELL
        && table.rows().columns().stream().allMatch(c -> c.type() == DomoType.STRING);
  }

  /** A file that a user names is compared cell by cell. */
  private void lookAtCells(Pair pair, long rows) throws Exception {
    LocalTable table = pair.table;
    Optional<Map<List<String>, Integer>> found =
        pair.warehouse.cells(table.name(), table.rows().columns());
    if (found.isEmpty()) {
      return;
    }
    Map<List<String>, Integer> missing = expectedCells(table);
    found
        .get()
        .forEach((row, copies) -> missing.merge(row, -copies, (a, b) -> a + b == 0 ? null : a + b));
    if (missing.isEmpty()) {
      waiting.remove(pair);
    }
    String verdict =
        missing.isEmpty() ? "every cell equal" : "cells DIFFER in " + missing.size() + " rows";
    verdicts.put(pair.name(), line(pair, rows, rows, verdict));
  }

  private static Map<List<String>, Integer> expectedCells(LocalTable table) {
    List<List<String>> rows = new ArrayList<>();
    try (RowCursor cursor = table.rows().open()) {
      for (String[] row = cursor.next(); row != null; row = cursor.next()) {
        rows.add(new ArrayList<>(Arrays.asList(row)));
      }
    }
    return WarehouseView.copies(rows);
  }

  /** One line per table and warehouse. */
  List<String> report() {
    return List.copyOf(verdicts.values());
  }

  private String line(Pair pair, Object rows, long expected, String verdict) {
    return String.format(
        Locale.ROOT,
        "%-9s %-16s rows %s  expected %d  %s",
        pair.warehouse.name(),
        namespace + "." + pair.table.name(),
        rows,
        expected,
        verdict);
  }
}
