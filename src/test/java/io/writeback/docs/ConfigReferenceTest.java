package io.writeback.docs;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigReferenceTest {
  static Stream<Path> pages() {
    return ConfigReference.pages().keySet().stream();
  }

  static Stream<Connector> connectors() {
    return ConfigReference.connectors().stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void thePageSaysWhatTheConfigDefSays(Path page) throws IOException {
    List<String> committed = Files.exists(page) ? Files.readAllLines(page) : List.of();
    List<String> current = ConfigReference.pages().get(page).lines().toList();
    for (int line = 0; line < Math.max(current.size(), committed.size()); line++) {
      assertEquals(
          line < current.size() ? current.get(line) : "(end)",
          line < committed.size() ? committed.get(line) : "(end)",
          page
              + " is stale from line "
              + (line + 1)
              + ". To write it again: "
              + ConfigReference.COMMAND);
    }
  }

  @Test
  void everyPageBelongsToAConnector() throws IOException {
    try (Stream<Path> files = Files.list(ConfigReference.DIRECTORY)) {
      assertEquals(ConfigReference.pages().keySet(), files.collect(Collectors.toSet()));
    }
  }

  @Test
  void theConnectorsOfThePluginAreFound() {
    assertTrue(
        pages()
            .map(page -> page.getFileName().toString())
            .collect(Collectors.toSet())
            .containsAll(Set.of("domo-source.md", "bigquery-sink.md", "redshift-sink.md")));
  }

  @ParameterizedTest
  @MethodSource("connectors")
  void everyKeyIsDocumentedGroupedAndSaysWhatItAllows(Connector connector) {
    assertAll(
        connector.config().configKeys().values().stream()
            .filter(key -> !key.internalConfig)
            .map(key -> () -> checkKey(key)));
  }

  private static void checkKey(ConfigDef.ConfigKey key) {
    assertFalse(key.documentation == null || key.documentation.isBlank(), key.name + ": no text");
    assertFalse(key.group == null || key.group.isBlank(), key.name + ": no group");
    if (key.validator != null) {
      String allowed = key.validator.toString();
      assertFalse(
          allowed.matches(".*(@\\p{XDigit}{4,}|\\$\\$Lambda).*"),
          key.name + ": the validator needs a toString, not " + allowed);
    }
  }
}
