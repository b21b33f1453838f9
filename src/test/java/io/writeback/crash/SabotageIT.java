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
 * <p>{@code -Dcrash.sabotage=all} tries them all, {@code -Dcrash.sabotage=FENCE} that one.
 */
class SabotageIT {
  private static final String WHICH = System.getProperty("crash.sabotage", "OFFSET_CHECK");

  /** A guard, how it is taken out, and what must be found then. */
  @SuppressWarnings("ImmutableEnumChecker")
  enum Guard {
    /** Rows and position change together: a COMMIT without answer is not simply repeated. */
    OFFSET_CHECK(
        new PatchedClass(
            "io/writeback/redshift/Flush.java",
            "standing.nextOffset().isEmpty() || standing.nextOffset().getAsLong() == range.start()",
            "standing.epoch() == range.claim().epoch()"),
        Mode.APPEND,
        0.3,
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
        1.5,
        List.of(FaultKind.STREAM_APPEND_LATE),
        "bigquery.events_stream",
        Finding::doubled),
    /** Nothing is shown before every row of a manifest is there. */
    MANIFEST_GATE(
        new PatchedClass(
            "io/writeback/sink/Verdict.java", "if (missing == 0) {", "if (missing >= 0) {"),
        Mode.CREATE,
        0.7,
        List.of(FaultKind.S3_SLOW),
        "redshift.days",
        Finding::torn);

    private final Sabotage sabotage;
    private final Mode mode;
    private final double minutes;
    private final List<FaultKind> faults;
    private final String table;
    private final ToLongFunction<Finding> found;

    Guard(
        Sabotage sabotage,
        Mode mode,
        double minutes,
        List<FaultKind> faults,
        String table,
        ToLongFunction<Finding> found) {
      this.sabotage = sabotage;
      this.mode = mode;
      this.minutes = minutes;
      this.faults = faults;
      this.table = table;
      this.found = found;
    }

    boolean isMissedIn(Finding finding) {
      return finding.table().toString().equals(table) && found.applyAsLong(finding) > 0;
    }
  }

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private static Stream<Guard> guards() {
    return Stream.of(Guard.values())
        .filter(guard -> WHICH.equals("all") || List.of(WHICH.split(",")).contains(guard.name()));
  }

  @ParameterizedTest
  @MethodSource("guards")
  void theSuiteFindsAMissingGuard(Guard guard) throws Exception {
    CrashOptions options =
        CrashOptions.parse(
            List.of(
                "--seed=21",
                "--minutes=" + guard.minutes,
                "--scale=0.2",
                "--modes=" + guard.mode.key()));
    try (CrashRun run =
        new CrashRun(options, dir, guard.faults, guard.sabotage, guard::isMissedIn)) {
      Report report = run.run();
      report.lines().forEach(System.out::println);
      assertTrue(
          report.findings().stream().anyMatch(guard::isMissedIn),
          () -> String.join("\n", report.lines()));
    }
  }
}
