package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.ChildJvm;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Application default credentials, which are found in the environment of a process. */
class ApplicationDefaultTest extends BigQueryScenario {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path directory;

  /** What a process with this variable prints; it looks for credentials nowhere else. */
  private String printed(String method, String variable) throws IOException {
    Map<String, String> changes =
        Map.of(
            "bigquery.write.method", method,
            "bigquery.credentials.source", "application_default",
            "bigquery.credentials.json", "",
            "validation.connect", "true");
    Properties properties = new Properties();
    properties.putAll(BigQueryRig.config(standIn, changes));
    Path config = directory.resolve("sink.properties");
    try (Writer out = Files.newBufferedWriter(config)) {
      properties.store(out, null);
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("GOOGLE_APPLICATION_CREDENTIALS", variable);
    environment.put("CLOUDSDK_CONFIG", directory.resolve("no-gcloud").toString());
    environment.put("NO_GCE_CHECK", "true");
    Path log = directory.resolve("log");
    try (ChildJvm child =
        ChildJvm.start(
            "application default",
            environment,
            List.of("-Xmx256m"),
            System.getProperty("java.class.path"),
            ApplicationDefaultProcess.class.getName(),
            List.of(config.toString()),
            log)) {
      assertEquals(0, child.awaitExit(PATIENCE), () -> child.lastLines(40));
    }
    return Files.readString(log);
  }

  @ParameterizedTest
  @ValueSource(strings = {"load_job", "storage_write"})
  void theKeyThatTheEnvironmentNamesWrites(String method) throws IOException {
    Path key = Files.writeString(directory.resolve("key.json"), standIn.serviceAccountJson());
    String printed = printed(method, key.toString());
    assertTrue(printed.contains("written=Committed[position=1]"), printed);
    assertEquals(List.of("by default"), rig(Map.of()).notes());
  }

  @ParameterizedTest
  @CsvSource({"''", "/nowhere/key.json"})
  void withoutOneTheKeyOfTheConfigurationIsNamed(String variable) throws IOException {
    String printed = printed("load_job", variable);
    assertTrue(
        printed.contains(
            "bigquery.credentials.source=[bigquery.credentials.source=application_default, but the"
                + " worker has no application default credentials; set"
                + " GOOGLE_APPLICATION_CREDENTIALS"),
        printed);
    assertFalse(printed.contains("written="), printed);
  }
}
