package io.writeback.redshift;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;

/** Values that are a text, or the path of a file that holds it. */
final class TextOrFile {
  private TextOrFile() {}

  /**
   * The text.
   *
   * @param key for the message
   * @param mark what every such text holds, and no path
   */
  static String read(String key, String value, String mark) {
    if (value.contains(mark)) {
      return value;
    }
    try {
      return Files.readString(Path.of(value.trim()));
    } catch (IOException | InvalidPathException e) {
      // The value is left out: it may be a secret with something missing.
      throw new ConfigException(
          key + ": expected the text itself, or the path of a file that this worker can read");
    }
  }
}
