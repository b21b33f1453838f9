package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.gcs.GcsStandIn;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A bucket beside a BigQuery, from which that one loads. */
final class LoadBucket implements AutoCloseable {
  static final String NAME = "loads";

  final GcsStandIn service;

  /**
   * A bucket in the US.
   *
   * @param clock by which the service dates its objects
   */
  LoadBucket(BigQueryStandIn standIn, Clock clock) {
    service = GcsStandIn.start(standIn::authenticate, clock);
    service.createBucket(NAME, "US");
    standIn.readsFrom(service);
  }

  /** What a connector needs to load through it. */
  Map<String, String> config() {
    return new HashMap<>(
        Map.of(
            "bigquery.write.method",
            "load_job",
            "bigquery.gcs.bucket",
            NAME,
            "bigquery.gcs.endpoint",
            service.endpoint().toString()));
  }

  Set<String> names() {
    return service.names(NAME);
  }

  void isEmpty() {
    assertEquals(Set.of(), names(), "objects that are left");
  }

  @Override
  public void close() {
    service.close();
  }
}
