package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.gcs.GcsFault;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Validation tries the bucket too. */
class BucketPreflightTest extends BigQueryScenario {
  private final LoadBucket bucket = new LoadBucket(standIn, Clock.systemUTC());

  @AfterEach
  void stopBucket() {
    bucket.close();
  }

  private Map<String, List<String>> errors(String... changes) {
    Map<String, String> config = new HashMap<>(bucket.config());
    config.put("validation.connect", "true");
    return new BigQuerySinkConnector()
        .validate(BigQueryRig.config(standIn, with(config, changes))).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }

  private void isOnTheBucket(Map<String, List<String>> errors, String words) {
    assertEquals(List.of("bigquery.gcs.bucket"), List.copyOf(errors.keySet()));
    String text = errors.get("bigquery.gcs.bucket").get(0);
    assertTrue(text.contains(words), text);
  }

  @Test
  void acceptsWhatWorksAndLeavesNothingBehind() {
    assertEquals(Map.of(), errors());
    assertTrue(bucket.service.calls("objects.insert") > 1, "an object was loaded");
    bucket.isEmpty();
    assertEquals(standIn.calls("tables.insert"), standIn.calls("tables.delete"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storage.objects.create",
        "storage.objects.get",
        "storage.objects.list",
        "storage.objects.delete"
      })
  void namesTheMissingPermissionAndTheRole(String permission) {
    bucket.service.revoke(permission);
    Map<String, List<String>> errors = errors();
    isOnTheBucket(errors, permission);
    isOnTheBucket(errors, "roles/storage.objectUser");
    if (!permission.endsWith(".delete")) {
      bucket.isEmpty();
    }
  }

  @Test
  void namesAllThatIsMissingAtOnce() {
    bucket.service.revoke("storage.objects.get");
    bucket.service.revoke("storage.objects.list");
    bucket.service.revoke("storage.objects.delete");
    assertEquals(3, errors().get("bigquery.gcs.bucket").size());
  }

  @Test
  void aBucketThatKeepsObjectsForATimeIsNoError() {
    bucket
        .service
        .faults()
        .always(
            c -> c.is("objects.delete"),
            new GcsFault.Refused(403, "retentionPolicyNotMet", "cannot be deleted until 2027"));
    assertEquals(Map.of(), errors());
  }

  @Test
  void aBucketWhoseRequesterPays() {
    bucket
        .service
        .faults()
        .always(
            c -> true,
            new GcsFault.Refused(
                400,
                "userProjectMissing",
                "Bucket is a requester pays bucket but no user project"));
    isOnTheBucket(errors(), "requester");
  }

  /** Nor waits for what there would be to look at. */
  @Test
  void cleansNothingUpForATask() {
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-2));
    try (LoadBucket old = new LoadBucket(standIn, past)) {
      String left =
          "writeback/"
              + ChainIds.hash(standIn.project() + "\0" + BigQueryRig.DATASET + "\0c")
              + "/wb-left/1.json.gz";
      old.service.put(LoadBucket.NAME, left, new byte[] {1});
      assertEquals(Map.of(), errors("bigquery.gcs.endpoint", old.service.endpoint().toString()));
      assertEquals(Set.of(left), old.names());
    }
  }

  @Test
  void aBucketThatIsNotThere() {
    isOnTheBucket(errors("bigquery.gcs.bucket", "absent"), "has to exist");
  }

  @Test
  void aBucketTooFarFromTheDataset() {
    standIn.createDataset("far", "asia-northeast1");
    isOnTheBucket(
        errors("bigquery.dataset", "far"),
        "different locations: source: US, destination: asia-northeast1");
    bucket.isEmpty();
  }

  @Test
  void anOutageIsNoError() {
    bucket.service.faults().always(c -> true, GcsFault.Refused.backend(503));
    assertEquals(Map.of(), errors());
  }
}
