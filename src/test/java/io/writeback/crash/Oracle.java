package io.writeback.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares a table with the generator's rows, as multisets. */
final class Oracle {
  private static final int EXAMPLES = 3;

  private Oracle() {}

  /**
   * Looks once.
   *
   * @param torn what readers saw until now
   */
  static Finding compare(Table table, WarehouseReader reader, List<String> torn) throws Exception {
    Map<String, List<GeneratedRow>> expected = table.dataset().expected();
    Set<String> suffixes = new TreeSet<>(expected.keySet());
    if (!expected.containsKey("")) {
      reader
          .family(table.name())
          .forEach(name -> suffixes.add(name.substring(table.name().length())));
    }
    long lost = 0;
    long doubled = 0;
    List<String> examples = new ArrayList<>(torn.subList(0, Math.min(EXAMPLES, torn.size())));
    for (String suffix : suffixes) {
      Map<List<String>, Integer> difference =
          difference(
              expected.getOrDefault(suffix, List.of()),
              reader.rows(table.name() + suffix).orElse(Map.of()));
      for (Map.Entry<List<String>, Integer> row : new TreeMap<>(byText(difference)).values()) {
        int copies = row.getValue();
        lost += Math.max(0, copies);
        doubled += Math.max(0, -copies);
        if (examples.size() < EXAMPLES) {
          examples.add((copies > 0 ? "lost " : "doubled ") + table + suffix + " " + row.getKey());
        }
      }
    }
    return new Finding(table, lost, doubled, torn.size(), examples);
  }

  private static Map<String, Map.Entry<List<String>, Integer>> byText(
      Map<List<String>, Integer> rows) {
    Map<String, Map.Entry<List<String>, Integer>> sorted = new HashMap<>();
    rows.entrySet().forEach(row -> sorted.put(row.getKey().toString(), row));
    return sorted;
  }

  /** Copies that are missing; negative for those too many. Rows that agree are left out. */
  static Map<List<String>, Integer> difference(
      List<GeneratedRow> expected, Map<List<String>, Integer> shown) {
    Map<List<String>, Integer> missing = new HashMap<>();
    expected.forEach(row -> missing.merge(row.shown(), 1, Integer::sum));
    shown.forEach((row, copies) -> missing.merge(row, -copies, Integer::sum));
    missing.values().removeIf(copies -> copies == 0);
    return missing;
  }
}
