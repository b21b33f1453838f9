package io.writeback.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a run.
 *
 * @param reads of readers who looked on all the time
 * @param behind what a sink has not committed although all had time to, in words
 * @param failures why tasks failed and had to be restarted by hand, with how often
 */
record Report(
    long seed,
    long faults,
    int kills,
    long reads,
    List<Finding> findings,
    Optional<String> behind,
    Map<String, Integer> failures) {
  boolean isClean() {
    return behind.isEmpty() && findings.stream().allMatch(Finding::isClean);
  }

  /** One line per table, and what was found, if anything. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    failures.forEach((words, count) -> lines.add("crash  restarted " + count + " times: " + words));
    findings.forEach(finding -> finding.examples().forEach(e -> lines.add("crash  " + e)));
    behind.ifPresent(words -> lines.add("crash  not settled: " + words));
    lines.add("crash  seed " + seed + "  reads while it ran " + reads);
    for (Finding finding : findings) {
      lines.add("crash  seed " + seed + "  faults " + faults + "  kills " + kills + "  " + finding);
    }
    return lines;
  }
}
