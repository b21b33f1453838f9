package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Validation as a connection test. */
class BigQueryPreflightTest {
  private final BigQueryStandIn standIn =
      BigQueryStandIn.start(Settings.defaults().withRateLimits(false));

  @BeforeEach
  void dataset() {
    standIn.createDataset("sales", "EU");
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private Map<String, String> config() {
    Map<String, String> config = BigQuerySinkConnectorTest.valid();
    config.put("validation.connect", "true");
    config.put("bigquery.project", standIn.project());
    config.put("bigquery.dataset", "sales");
    config.put("bigquery.endpoint", standIn.endpoint().toString());
    config.put("bigquery.credentials.json", standIn.serviceAccountJson());
    return config;
  }

  private static Map<String, List<String>> errors(Map<String, String> config) {
    return new BigQuerySinkConnector()
        .validate(config).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }

  @Test
  void acceptsWhatWorksAndLeavesNothingBehind() {
    assertEquals(Map.of(), errors(config()));
    assertTrue(standIn.calls("tables.insert") > 0, "made a table");
    assertEquals(standIn.calls("tables.insert"), standIn.calls("tables.delete"));
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery.datasets.get,bigquery.dataset",
    "bigquery.jobs.create,bigquery.project",
    "bigquery.tables.create,bigquery.dataset",
    "bigquery.tables.updateData,bigquery.dataset"
  })
  void namesTheMissingPermission(String permission, String key) {
    standIn.permissions().revoke(standIn.serviceAccount(), permission);
    Map<String, List<String>> errors = errors(config());
    assertEquals(List.of(key), List.copyOf(errors.keySet()));
    assertTrue(errors.get(key).get(0).contains(permission), errors.get(key).get(0));
  }

  @Test
  void aMissingDatasetIsAnErrorOnItsKey() {
    Map<String, String> config = config();
    config.put("bigquery.dataset", "absent");
    assertEquals(List.of("bigquery.dataset"), List.copyOf(errors(config).keySet()));
  }

  @Test
  void aWrongLocationIsAnErrorOnItsKey() {
    Map<String, String> config = config();
    config.put("bigquery.location", "US");
    assertTrue(errors(config).get("bigquery.location").get(0).contains("EU"));
  }

  @Test
  void anOutageIsNoError() {
    standIn.faults().always(call -> call.is("datasets.get"), BigQueryFault.Refused.backend(503));
    assertEquals(Map.of(), errors(config()));
  }

  @Test
  void refusedCredentialsAreAnErrorOnTheirKey() {
    standIn.faults().always(call -> call.is("datasets.get"), BigQueryFault.Refused.expiredToken());
    assertEquals(List.of("bigquery.credentials.json"), List.copyOf(errors(config()).keySet()));
  }

  private Map<String, String> streaming() {
    Map<String, String> config = config();
    config.put("bigquery.write.method", "storage_write");
    config.put("bigquery.grpc.endpoint", standIn.grpcEndpoint());
    return config;
  }

  @Test
  void streamingOpensAStreamEvenIfTheNewTableLooksForbiddenAtFirst() {
    standIn
        .storageFaults()
        .once(
            call -> call.is("CreateWriteStream"),
            new StorageFault.Refuse(Status.PERMISSION_DENIED));
    assertEquals(Map.of(), errors(streaming()));
    assertEquals(1, standIn.storageFaults().fired());
    assertEquals(standIn.calls("tables.insert"), standIn.calls("tables.delete"));
  }

  @Test
  void aDenialThatStaysNamesThePermission() {
    standIn
        .storageFaults()
        .always(
            call -> call.is("CreateWriteStream"),
            new StorageFault.Refuse(Status.PERMISSION_DENIED));
    Map<String, List<String>> errors = errors(streaming());
    assertEquals(List.of("bigquery.dataset"), List.copyOf(errors.keySet()));
    assertTrue(
        errors.get("bigquery.dataset").get(0).contains("bigquery.tables.updateData"),
        errors.get("bigquery.dataset").get(0));
  }

  @Test
  void anOutageOfTheStorageWriteApiIsNoErrorAndEndsInTime() {
    Map<String, String> config = streaming();
    config.put("bigquery.request.timeout.ms", "1000");
    standIn
        .storageFaults()
        .always(call -> call.is("CreateWriteStream"), new StorageFault.Refuse(Status.UNAVAILABLE));
    assertTimeout(Duration.ofSeconds(60), () -> assertEquals(Map.of(), errors(config)));
    assertTrue(standIn.storageFaults().fired() > 0);
  }
}
