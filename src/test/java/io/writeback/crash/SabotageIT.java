package io.writeback.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The crash suite can fail: each guard that is taken out of the archive shows in its verdict.
 *
 * <p>{@code -Dcrash.sabotage=all} tries them all; without it, one.
 */
class SabotageIT {
  private static final boolean ALL = System.getProperty("crash.sabotage", "").equals("all");

  /** A guard, how it is taken out, and what must be found then. */
  enum Guard {
    /** Rows and position change together: a COMMIT without answer is not simply repeated. */
    OFFSET_CHECK(
        new PatchedClass(
            "io/writeback/redshift/Flush.java",
            "standing.nextOffset().isEmpty() || standing.nextOffset().getAsLong() == range.start()",
            "standing.epoch() == range.claim().epoch()"),
        Mode.APPEND,
        List.of(FaultKind.REDSHIFT_COMMIT_ANSWER_LOST),
        "redshift.events",
        Finding::doubled),
    /** Older streams are ended before their rows are counted. */
    FENCE(
        new PatchedClass(
            "io/writeback/bigquery/StreamClaims.java",
            "OptionalLong rows = finish(stream.target(), stream.stream());",
            "OptionalLong rows = OptionalLong.empty();"),
        Mode.APPEND,
        List.of(FaultKind.STREAM_APPEND_LATE),
        "bigquery.events_stream",
        Finding::doubled),
    /** Nothing is shown before every row of a manifest is there. */
    MANIFEST_GATE(
        new PatchedClass(
            "io/writeback/sink/Verdict.java", "if (missing == 0) {", "if (missing >= 0) {"),
        Mode.OVERWRITE,
        List.of(FaultKind.VERSIONS_IN_A_ROW),
        "redshift.orders",
        Finding::torn);

    private final Sabotage sabotage;
    private final Mode mode;
    private final List<FaultKind> faults;
    private final String table;
    private final ToLongFunction<Finding> found;

    Guard(
        Sabotage sabotage,
        Mode mode,
        List<FaultKind> faults,
        String table,
        ToLongFunction<Finding> found) {
      this.sabotage = sabotage;
      this.mode = mode;
      this.faults = faults;
      this.table = table;
      this.found = found;
    }
  }

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private static Stream<Guard> guards() {
    return ALL ? Stream.of(Guard.values()) : Stream.of(Guard.OFFSET_CHECK);
  }

  @ParameterizedTest
  @MethodSource("guards")
  void theSuiteFindsAMissingGuard(Guard guard) throws Exception {
    CrashOptions options =
        CrashOptions.parse(
            List.of("--seed=21", "--minutes=0.4", "--scale=0.2", "--modes=" + guard.mode.key()));
    try (CrashRun run = new CrashRun(options, dir, guard.faults, guard.sabotage)) {
      Report report = run.run();
      report.lines().forEach(System.out::println);
      long found =
          report.findings().stream()
              .filter(finding -> finding.table().toString().equals(guard.table))
              .mapToLong(guard.found)
              .sum();
      assertTrue(found > 0, () -> String.join("\n", report.lines()));
    }
  }
}
