package io.writeback.local;

import io.writeback.standin.Options;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user may set with {@code -Dlocal.…=…}.
 *
 * @param once end after the first verified round
 * @param scale TPC-H scale factor
 * @param csv a file to replicate besides the TPC-H tables
 * @param connectPort port of the Connect worker, 0 for any
 * @param kafkaPort port of the broker, 0 for any
 * @param intervalMs time between new versions after the first round
 * @param timeoutMs how long a round may take
 * @param target the build directory, with the archive and the class paths
 */
record LocalOptions(
    boolean once,
    double scale,
    Optional<Path> csv,
    int connectPort,
    int kafkaPort,
    long intervalMs,
    long timeoutMs,
    Path target) {
  private static final Set<String> PUBLIC =
      Set.of(
          "once",
          "scale",
          "csv",
          "connect.port",
          "kafka.port",
          "interval.seconds",
          "timeout.seconds");
  private static final Pattern MAVEN_OPTION = Pattern.compile("(?:^|\\s)-Dlocal\\.([^=\\s]+)");

  /**
   * Reads the options.
   *
   * @param args {@code --key=value} as the build passes them on; an empty value counts as not set
   * @param mavenCommandLine the words after {@code mvn}, to notice options that nobody knows
   * @throws IllegalArgumentException in words for the user
   */
  static LocalOptions parse(List<String> args, String mavenCommandLine) {
    requireKnown(mavenCommandLine);
    Set<String> known = new java.util.HashSet<>(PUBLIC);
    known.add("target");
    Options options = Options.parse(args, known);
    return new LocalOptions(
        options.flag("once"),
        scale(options.text("scale").orElse("0.01")),
        options.text("csv").map(Path::of),
        port(options, "connect.port"),
        port(options, "kafka.port"),
        positive(options, "interval.seconds", 20) * 1000,
        positive(options, "timeout.seconds", 900) * 1000,
        Path.of(options.text("target").orElse("target")));
  }

  private static void requireKnown(String commandLine) {
    List<String> unknown = new ArrayList<>();
    Matcher matcher = MAVEN_OPTION.matcher(commandLine == null ? "" : commandLine);
    while (matcher.find()) {
      if (!PUBLIC.contains(matcher.group(1))) {
        unknown.add("-Dlocal." + matcher.group(1));
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown option "
              + String.join(", ", unknown)
              + ", known are -Dlocal."
              + String.join(", -Dlocal.", new java.util.TreeSet<>(PUBLIC)));
    }
  }

  private static double scale(String text) {
    try {
      double scale = Double.parseDouble(text);
      if (scale > 0 && scale <= 100) {
        return scale;
      }
    } catch (NumberFormatException e) {
      // Answered below with the same words.
    }
    throw new IllegalArgumentException(
        "-Dlocal.scale takes a number above 0 and up to 100, got " + text);
  }

  private static int port(Options options, String key) {
    long port = options.number(key, 0);
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("-Dlocal." + key + " takes a port, got " + port);
    }
    return (int) port;
  }

  private static long positive(Options options, String key, long otherwise) {
    long value = options.number(key, otherwise);
    if (value <= 0) {
      throw new IllegalArgumentException("-Dlocal." + key + " must be above 0, got " + value);
    }
    return value;
  }
}
