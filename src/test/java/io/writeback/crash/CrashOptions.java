package io.writeback.crash;

import io.writeback.local.ConnectRuntime;
import io.writeback.standin.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a user may set with {@code -Dcrash.…=…}.
 *
 * @param seed of the schedule of faults and of the rows
 * @param time for which faults are injected; starting and settling come on top
 * @param scale of the DataSets: 1 is 4,000 rows in the one that is replaced
 * @param modes write modes that take part
 * @param connect version of the workers
 * @param foreign whether the workers have a grpc and an AWS SDK of their own on the class path
 * @param target the build directory, with the archive and the class paths
 */
record CrashOptions(
    long seed,
    Duration time,
    double scale,
    Set<Mode> modes,
    ConnectRuntime connect,
    boolean foreign,
    Path target) {
  static final Set<String> KEYS =
      Set.of("seed", "minutes", "scale", "modes", "connect", "foreign", "target");

  private static final Pattern MAVEN_OPTION = Pattern.compile("(?:^|\\s)-Dcrash\\.([^=\\s]+)");

  /**
   * Refuses options that nobody knows, which Maven would pass over in silence.
   *
   * @param mavenCommandLine the words after {@code mvn}, or null
   * @throws IllegalArgumentException in words for the user
   */
  static void requireKnown(String mavenCommandLine) {
    Matcher matcher = MAVEN_OPTION.matcher(mavenCommandLine == null ? "" : mavenCommandLine);
    while (matcher.find()) {
      if (!KEYS.contains(matcher.group(1)) || matcher.group(1).equals("target")) {
        throw new IllegalArgumentException(
            "unknown option -Dcrash."
                + matcher.group(1)
                + ", known are -Dcrash."
                + KEYS.stream()
                    .filter(key -> !key.equals("target"))
                    .sorted()
                    .collect(Collectors.joining(", -Dcrash.")));
      }
    }
  }

  /**
   * Reads them.
   *
   * @param args {@code --key=value}; an empty value counts as not set
   * @throws IllegalArgumentException in words for the user
   */
  static CrashOptions parse(List<String> args) {
    Options options = Options.parse(args, KEYS);
    return new CrashOptions(
        options.number("seed", System.nanoTime() % 1_000_000),
        Duration.ofSeconds((long) (60 * positive(options, "minutes", "5", 24 * 60))),
        positive(options, "scale", "1", 100),
        modes(options.text("modes").orElse("append,upsert,overwrite,create")),
        connect(options.text("connect").orElse(ConnectRuntime.V4_3.version())),
        options.flag("foreign"),
        Path.of(options.text("target").orElse("target")).toAbsolutePath());
  }

  private static double positive(Options options, String key, String otherwise, double most) {
    String text = options.text(key).orElse(otherwise);
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Answered below with the same words.
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "-Dcrash.%s takes a number above 0 and up to %.0f, got %s",
            key,
            most,
            text));
  }

  private static Set<Mode> modes(String text) {
    EnumSet<Mode> modes = EnumSet.noneOf(Mode.class);
    for (String name : text.split(",", -1)) {
      modes.add(
          Arrays.stream(Mode.values())
              .filter(mode -> mode.key().equals(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "-Dcrash.modes takes some of "
                              + Arrays.stream(Mode.values())
                                  .map(Mode::key)
                                  .collect(Collectors.joining(", "))
                              + ", got "
                              + name)));
    }
    return modes;
  }

  private static ConnectRuntime connect(String version) {
    return Arrays.stream(ConnectRuntime.values())
        .filter(runtime -> runtime.version().equals(version))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-Dcrash.connect takes one of "
                        + Arrays.stream(ConnectRuntime.values())
                            .map(ConnectRuntime::version)
                            .collect(Collectors.joining(", "))
                        + ", got "
                        + version));
  }

  /** A number of rows at this scale. */
  int rows(int atScaleOne) {
    return (int) Math.max(20, Math.round(atScaleOne * scale));
  }
}
