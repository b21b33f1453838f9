package io.writeback.standin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Command line of a program here: {@code --key=value} or {@code --flag}. An unknown or malformed
 * option is one clear line on standard error and exit code 1.
 */
public final class Options {
  private final Map<String, String> values = new LinkedHashMap<>();

  private Options() {}

  /**
   * Parses.
   *
   * @throws IllegalArgumentException in words for the user
   */
  public static Options parse(List<String> args, Set<String> known) {
    Options options = new Options();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String key = arg.substring(0, equals < 0 ? arg.length() : equals);
      if (!key.startsWith("--") || !known.contains(key.substring(2))) {
        throw new IllegalArgumentException(
            "unknown option " + key + ", known are --" + String.join(", --", new TreeSet<>(known)));
      }
      options.values.put(key.substring(2), equals < 0 ? "true" : arg.substring(equals + 1));
    }
    return options;
  }

  public Optional<String> text(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
  }

  public boolean flag(String key) {
    return text(key).map(Boolean::parseBoolean).orElse(false);
  }

  /** A whole number. */
  public long number(String key, long otherwise) {
    try {
      return text(key).map(Long::parseLong).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + key + " takes a whole number", e);
    }
  }

  /** A program body that may fail. */
  @FunctionalInterface
  public interface Body {
    void run(Options options) throws Exception;
  }

  /** Runs a main: bad options and failures to start are one line and exit code 1. */
  public static void main(String[] args, Set<String> known, Body body) {
    try {
      body.run(parse(List.of(args), known));
    } catch (Exception e) {
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      System.err.println("error: " + message);
      System.exit(1);
    }
  }
}
