package io.writeback.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The crash suite's short round, on the packaged archive.
 *
 * <p>{@code -Dcrash.rounds=all} has it on every version of Connect that the build lays out, and
 * once with a grpc and an AWS SDK on the workers' class path; without it, on the newest alone.
 */
class ShortRoundIT {
  private static final boolean ALL = System.getProperty("crash.rounds", "").equals("all");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private static Stream<List<String>> rounds() {
    List<String> newest = List.of("--seed=11");
    return ALL
        ? Stream.of(
            newest,
            List.of("--seed=12", "--connect=3.7.2"),
            List.of("--seed=13", "--connect=3.9.2"),
            List.of("--seed=14", "--foreign=true"))
        : Stream.of(newest);
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void nothingIsLostDoubledOrTorn(List<String> how) throws Exception {
    List<String> args =
        Stream.concat(Stream.of("--minutes=0.4", "--scale=0.1"), how.stream()).toList();
    CrashOptions options = CrashOptions.parse(args);
    try (CrashRun run = new CrashRun(options, dir, List.of(FaultKind.values()))) {
      Report report = run.run();
      report.lines().forEach(System.out::println);
      assertTrue(report.isClean(), () -> String.join("\n", report.lines()));
      assertEquals(15, report.findings().size(), "tables that were compared");
      assertTrue(report.faults() > 0 && report.reads() > 0, "nothing happened");
    }
  }

  @Test
  void badOptionsAreNamed() {
    for (List<String> wrong :
        List.of(
            List.of("--scale=0"),
            List.of("--modes=append,replace"),
            List.of("--connect=2.8.0"),
            List.of("--minutes=soon"),
            List.of("--sede=1"))) {
      String key = wrong.get(0).substring(2).replaceFirst("=.*", "");
      String words =
          assertThrows(IllegalArgumentException.class, () -> CrashOptions.parse(wrong))
              .getMessage();
      assertTrue(words.contains(key), words);
    }
    assertThrows(
        IllegalArgumentException.class, () -> CrashOptions.requireKnown("-Pcrash -Dcrash.sede=1"));
    CrashOptions.requireKnown("-Pcrash -Dcrash.seed=1 -Dother=1");
  }
}
