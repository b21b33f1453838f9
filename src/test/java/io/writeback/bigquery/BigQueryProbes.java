package io.writeback.bigquery;

import io.writeback.real.Leftovers;
import io.writeback.real.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The points of BigQuery that its documentation leaves open. */
public final class BigQueryProbes {
  private static final String OTHER = "real.bigquery.other.key.file";
  private static final List<String> NEEDS = List.of("bigquery.project", "bigquery.dataset");
  private static final List<String> BUCKET_NEEDS =
      List.of("bigquery.project", "bigquery.dataset", "bigquery.gcs.bucket");

  private BigQueryProbes() {}

  public static List<Probe> all() {
    return List.of(
        Probe.of("bigquery.job-id-race", NEEDS, BigQueryJobProbes::race),
        Probe.of("bigquery.job-id-race-resumable", NEEDS, BigQueryJobProbes::resumableRace),
        Probe.of("bigquery.job-visible", NEEDS, BigQueryJobProbes::visible),
        Probe.of(
            "bigquery.job-of-another",
            List.of("bigquery.project", "bigquery.dataset", OTHER),
            (services, leftovers) ->
                BigQueryJobProbes.ofAnother(services, leftovers, services.get(OTHER))),
        Probe.of("bigquery.promotion-race", NEEDS, BigQueryJobProbes::promotions),
        Probe.of("bigquery.bucket-write-once", BUCKET_NEEDS, BigQueryBucketProbes::writeOnce),
        Probe.of("bigquery.bucket-load", BUCKET_NEEDS, BigQueryBucketProbes::load),
        slow("bigquery.stream-end-fences", BigQueryStreamProbes::fence),
        slow("bigquery.stream-end-visible", BigQueryStreamProbes::visible));
  }

  /** Tables of probes that are still there. */
  public static List<String> left(Map<String, String> services) {
    BigQuerySite site = new BigQuerySite(services, new Leftovers());
    return site.rest.listTables(site.settings.dataset()).stream()
        .map(table -> table.getTableReference().getTableId())
        .filter(name -> name.startsWith(BigQuerySite.PREFIX))
        .toList();
  }

  /** As long as rows may take to become visible. */
  private static Probe slow(String name, Probe.Trial trial) {
    return new Probe(name, NEEDS, Duration.ofMinutes(15), trial);
  }
}
