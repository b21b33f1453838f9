package io.writeback.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The versions of Kafka Connect whose class paths the build lays out; pom.xml pins them. */
public enum ConnectRuntime {
  /** The oldest one that the archive runs on. */
  V3_7("3.7.2", "worker-3.7.2"),
  /** The last one before Kafka 4. */
  V3_9("3.9.2", "worker-3.9.2"),
  /** What the sources are compiled with. */
  V4_3("4.3.1", "worker");

  private final String version;
  private final String directory;

  ConnectRuntime(String version, String directory) {
    this.version = version;
    this.directory = directory;
  }

  public String version() {
    return version;
  }

  /**
   * The directory with its jars.
   *
   * @param target the build's output directory
   */
  public Path jars(Path target) {
    return target.resolve("local").resolve(directory);
  }

  /** The logging that the older ones lack: they came with another one, for other settings. */
  public List<Path> logging(Path target) throws IOException {
    if (this == V4_3) {
      return List.of();
    }
    try (Stream<Path> jars = Files.list(V4_3.jars(target))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("log4j-")).toList();
    }
  }

  @Override
  public String toString() {
    return "Connect " + version;
  }
}
