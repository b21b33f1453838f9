package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.Version;
import io.writeback.local.ComponentArchive;
import io.writeback.local.LocalBroker;
import io.writeback.local.LocalWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker process whose only way to our classes is the packaged archive. */
class PackagedWorkerIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<String> CONNECTORS =
      List.of(
          "io.writeback.bigquery.BigQuerySinkConnector",
          "io.writeback.domo.DomoSourceConnector",
          "io.writeback.redshift.RedshiftSinkConnector");

  @TempDir static Path dir;
  private static ComponentArchive archive;
  private static LocalBroker broker;
  private static LocalWorker worker;

  @BeforeAll
  static void start() throws Exception {
    Path jars = TARGET.resolve("local/worker");
    archive = ComponentArchive.unpack(ComponentArchive.file(TARGET), dir.resolve("plugins"));
    broker = LocalBroker.start(dir.resolve("broker"), 0, jars, 384);
    broker.awaitUp(PATIENCE);
    worker =
        LocalWorker.start(
            new LocalWorker.Settings(
                dir.resolve("worker"),
                broker.bootstrapServers(),
                archive.pluginPath(),
                0,
                jars,
                List.of(),
                384,
                Map.of()));
    worker.awaitUp(PATIENCE);
  }

  @AfterAll
  static void stop() {
    if (worker != null) {
      worker.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void restListsTheConnectorsWithTheVersionOfThisBuild() throws Exception {
    Map<String, String> versions = new HashMap<>();
    for (JsonNode plugin : worker.rest().plugins()) {
      versions.put(plugin.get("class").asText(), plugin.get("version").asText());
    }
    for (String connector : CONNECTORS) {
      assertEquals(Version.current(), versions.get(connector), connector);
    }
  }

  @Test
  void theClassesWereLoadedByThePluginLoaderOfTheArchive() throws Exception {
    String log = Files.readString(worker.jvm().log());
    assertTrue(
        log.lines()
            .anyMatch(
                line ->
                    line.contains("PluginClassLoader{pluginLocation=")
                        && line.contains(archive.root().toString())),
        "no plugin loader for " + archive.root());
  }

  @Test
  void nothingOnTheWorkersClassPathHoldsOurClasses() throws Exception {
    try (Stream<Path> jars = Files.list(TARGET.resolve("local/worker"))) {
      for (Path jar : jars.toList()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          assertFalse(
              file.stream().anyMatch(entry -> entry.getName().startsWith("io/writeback/")),
              jar.toString());
        }
      }
    }
  }

  @Test
  void validationAnswersOnTheKeysThatAreMissing() throws Exception {
    for (String connector : CONNECTORS) {
      List<String> errors =
          worker
              .rest()
              .validate(
                  connector, Map.of("connector.class", connector, "name", "x", "topics", "t"));
      assertFalse(errors.isEmpty(), connector);
      assertTrue(
          errors.stream().allMatch(error -> error.matches("[a-z0-9.]+: .+")), errors.toString());
    }
  }
}
