package io.writeback.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.runtime.SinkConnectorConfig;
import org.apache.kafka.connect.runtime.SourceConnectorConfig;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that users start from hold against the connectors' own validation. */
class ExampleConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FREE =
      List.of("producer.override.", "consumer.override.", "topic.creation.");

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("config"))) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExampleIsValid(Path file, @TempDir Path worker) throws Exception {
    Map<String, String> example = read(file);
    Path credentials = Files.createFile(worker.resolve("credentials"));
    example.replaceAll((key, value) -> key.endsWith(".file") ? credentials.toString() : value);
    example.put("name", "example");
    example.put("validation.connect", "false");
    Map<String, List<String>> errors =
        connector(example).validate(example).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .collect(Collectors.toMap(value -> value.name(), value -> value.errorMessages()));
    assertEquals(Map.of(), errors);
  }

  /** Connect ignores a key that nobody knows, so a misspelt one would never show. */
  @ParameterizedTest
  @MethodSource("examples")
  void everyKeyOfTheExampleIsKnown(Path file) throws Exception {
    Map<String, String> example = read(file);
    Connector connector = connector(example);
    Set<String> connects =
        connector instanceof SourceConnector
            ? SourceConnectorConfig.configDef().names()
            : SinkConnectorConfig.configDef().names();
    Set<String> unknown =
        example.keySet().stream()
            .filter(key -> !connector.config().names().contains(key))
            .filter(key -> !connects.contains(key))
            .filter(key -> FREE.stream().noneMatch(key::startsWith))
            .collect(Collectors.toSet());
    assertEquals(Set.of(), unknown);
  }

  /** The default assignor gives all topics of one partition to one task. */
  @ParameterizedTest
  @MethodSource("examples")
  void everySinkSharesTopicsOutAmongItsTasks(Path file) throws Exception {
    Map<String, String> example = read(file);
    if (connector(example) instanceof SinkConnector) {
      assertEquals(
          "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
          example.get("consumer.override.partition.assignment.strategy"));
    }
  }

  @Test
  void thereIsAnExampleForEveryConnector() throws IOException {
    Set<String> shown =
        examples()
            .map(ExampleConfigTest::read)
            .map(example -> example.get("connector.class"))
            .collect(Collectors.toSet());
    Set<String> connectors =
        ConfigReference.connectors().stream()
            .map(connector -> connector.getClass().getName())
            .collect(Collectors.toSet());
    assertEquals(connectors, shown);
  }

  private static Connector connector(Map<String, String> example) throws Exception {
    return (Connector)
        Class.forName(example.get("connector.class")).getDeclaredConstructor().newInstance();
  }

  private static Map<String, String> read(Path file) {
    try {
      return new LinkedHashMap<>(
          JSON.readValue(file.toFile(), new TypeReference<Map<String, String>>() {}));
    } catch (IOException e) {
      throw new IllegalStateException(file.toString(), e);
    }
  }
}
