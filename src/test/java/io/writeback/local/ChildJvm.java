package io.writeback.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Java process of its own, with its output in a log file. */
public final class ChildJvm implements AutoCloseable {
  /** An interrupted run must not leave workers behind, which would go on working. */
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final String name;
  private final Process process;
  private final Path log;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a main class.
   *
   * @param jvmArgs such as {@code -Xmx512m}
   * @param classPath as {@code java -cp} takes it
   */
  public static ChildJvm start(
      String name,
      List<String> jvmArgs,
      String classPath,
      String mainClass,
      List<String> args,
      Path log)
      throws IOException {
    return start(name, Map.of(), jvmArgs, classPath, mainClass, args, log);
  }

  /**
   * As above.
   *
   * @param environment variables that it has besides or instead of ours; an empty one it has not
   */
  public static ChildJvm start(
      String name,
      Map<String, String> environment,
      List<String> jvmArgs,
      String classPath,
      String mainClass,
      List<String> args,
      Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArgs);
    command.add("-cp");
    command.add(classPath);
    command.add(mainClass);
    command.addAll(args);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    Process process = builder.start();
    RUNNING.add(process);
    return new ChildJvm(name, process, log);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Fails in words, with the end of the log, if the process has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          name
              + " ended with exit code "
              + process.exitValue()
              + ", see "
              + log
              + "\n"
              + lastLines(20));
    }
  }

  public long pid() {
    return process.pid();
  }

  public Path log() {
    return log;
  }

  /** The last lines of its output. */
  public String lastLines(int count) {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - count), all.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /**
   * Waits until it ends by itself.
   *
   * @return its exit code
   */
  public int awaitExit(Duration patience) {
    if (!awaitEnd(patience)) {
      throw new IllegalStateException(
          name + " still runs after " + patience.toSeconds() + " s\n" + lastLines(40));
    }
    return process.exitValue();
  }

  /** Ends it at once, as a crash would. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(Duration.ofSeconds(10));
  }

  /** Stops it in whatever it is doing; it does not notice. Until {@link #thaw}. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** Lets it go on as if nothing had happened. */
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    try {
      int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
      if (code != 0 && process.isAlive()) {
        throw new IOException("kill -" + name + " " + pid() + " ended with " + code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Asks it to end, and ends it if it does not. */
  public void stop(Duration patience) {
    process.destroy();
    if (!awaitEnd(patience)) {
      kill();
    }
  }

  private boolean awaitEnd(Duration patience) {
    try {
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        RUNNING.remove(process);
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(15));
  }
}
