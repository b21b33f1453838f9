package io.writeback.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The connector configurations that users are given, with the addresses of this machine in them.
 */
final class ConnectorConfigs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path etc;
  private final String secretsFile;

  /**
   * Reads from the archive.
   *
   * @param etc directory of the examples
   * @param secretsFile properties file that the examples' {@code ${file:…}} references are moved to
   */
  ConnectorConfigs(Path etc, Path secretsFile) {
    this.etc = etc;
    this.secretsFile = secretsFile.toString();
  }

  /** The example, with some keys changed. */
  Map<String, String> read(String file, Map<String, String> changes) throws IOException {
    Map<String, String> config =
        new LinkedHashMap<>(
            JSON.readValue(
                etc.resolve(file).toFile(), new TypeReference<Map<String, String>>() {}));
    config.replaceAll(
        (key, value) -> value.replaceAll("\\$\\{file:[^:}]+:", "\\${file:" + secretsFile + ":"));
    config.putAll(changes);
    return config;
  }
}
