package io.writeback.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code mvn -Pcrash}. Exit code 0 if every table was right at every moment, else 1. */
public final class CrashSuite {
  private static final Logger LOG = LoggerFactory.getLogger(CrashSuite.class);

  private CrashSuite() {}

  /** Runs once. */
  public static void main(String[] args) {
    int code = 1;
    try {
      CrashOptions.requireKnown(System.getenv("MAVEN_CMD_LINE_ARGS"));
      CrashOptions options = CrashOptions.parse(List.of(args));
      System.out.println(
          "crash  seed "
              + options.seed()
              + "  seconds "
              + options.time().toSeconds()
              + "  scale "
              + options.scale()
              + "  modes "
              + options.modes().stream().map(Mode::key).toList()
              + "  "
              + options.connect());
      Path base = Files.createDirectories(options.target().resolve("crash"));
      Path dir = Files.createTempDirectory(base, "run-" + options.seed() + "-");
      try (CrashRun run = new CrashRun(options, dir, List.of(FaultKind.values()), Sabotage.NONE)) {
        Report report = run.run();
        report.lines().forEach(System.out::println);
        System.out.println("crash  logs in " + dir);
        code = report.isClean() ? 0 : 1;
      }
    } catch (IllegalArgumentException e) {
      System.err.println("error: " + e.getMessage());
    } catch (Exception e) {
      System.err.println("error: " + e);
      LOG.error("the run ended early", e);
    }
    System.exit(code);
  }
}
