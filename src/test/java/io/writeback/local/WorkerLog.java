package io.writeback.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The logging configuration of child processes. */
final class WorkerLog {
  private WorkerLog() {}

  /** Writes it into the directory; gives its path. */
  static Path write(Path dir) throws IOException {
    Files.createDirectories(dir);
    Path file = dir.resolve("log4j2.properties");
    Files.writeString(
        file,
        """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d %-5p %X{connector.context}%m (%c{1})%n
        rootLogger.level = warn
        rootLogger.appenderRef.console.ref = console
        logger.connect.name = org.apache.kafka.connect.runtime
        logger.connect.level = info
        logger.writeback.name = io.writeback
        logger.writeback.level = info
        """);
    return file;
  }
}
