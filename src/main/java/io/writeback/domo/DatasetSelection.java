package io.writeback.domo;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which DataSets a task reads.
 *
 * @param named ids and their aliases, as configured
 * @param include patterns of names, matched as a whole; none without discovery
 * @param exclude patterns of names that are left out of those
 */
record DatasetSelection(
    Map<String, String> named, List<Pattern> include, List<Pattern> exclude, int task, int tasks) {
  DatasetSelection {
    named = Map.copyOf(named);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Whether DataSets are to be found by their names. */
  boolean discovers() {
    return !include.isEmpty();
  }

  /** Whether this task owns it. */
  boolean owns(String dataset) {
    return Rendezvous.owner(dataset, tasks) == task;
  }

  /** Whether it is selected, by whichever task. */
  boolean selects(String dataset, String name) {
    return named.containsKey(dataset) || (matches(include, name) && !matches(exclude, name));
  }

  private static boolean matches(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }
}
