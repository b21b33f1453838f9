package io.writeback.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The connectors of a run: two sources, and for each warehouse a sink per write mode, BigQuery's
 * append and upsert by both of their exactly-once methods. One topic has no source: its keys come
 * and go.
 */
final class Connectors {
  private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";
  private static final String MANIFESTS = "snapshots";

  /** Of every topic with rows. */
  static final int PARTITIONS = 2;

  /** End of the names of tables that BigQuery's streams fill. */
  static final String STREAMED = "_stream";

  /** End of the names of tables that BigQuery's MERGE changes. */
  static final String MERGED = "_merged";

  private final Cloud cloud;
  private final Path dir;
  private final List<Dataset> datasets;

  Connectors(Cloud cloud, Path dir, List<Dataset> datasets) {
    this.cloud = cloud;
    this.dir = dir;
    this.datasets = datasets;
  }

  static String manifestTopic() {
    return MANIFESTS;
  }

  /** Where downloads lie. */
  Path spool() {
    return dir.resolve("spool");
  }

  /** Configurations by name, sources first. */
  Map<String, Map<String, String>> all() {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    List<DomoDataset> whole = inDomo(d -> d instanceof VersionedDataset);
    List<DomoDataset> byRow = inDomo(d -> !(d instanceof VersionedDataset));
    if (!whole.isEmpty()) {
      all.put("versions", source(whole, Map.of("domo.mode", "snapshot")));
    }
    if (!byRow.isEmpty()) {
      all.put("rows", source(byRow, incremental(byRow)));
    }
    for (Mode mode : Mode.values()) {
      List<Dataset> of = datasets.stream().filter(d -> d.mode() == mode).toList();
      if (!of.isEmpty()) {
        all.put("bigquery-" + mode.key(), bigQuery(mode, of));
        all.put("redshift-" + mode.key(), redshift(mode, of));
      }
    }
    if (all.containsKey("bigquery-append")) {
      all.put("bigquery-stream", stream());
    }
    if (all.containsKey("bigquery-upsert")) {
      all.put("bigquery-merge", merge());
    }
    all.forEach((name, config) -> config.put("name", name));
    return all;
  }

  private List<DomoDataset> inDomo(Predicate<DomoDataset> which) {
    return datasets.stream()
        .filter(DomoDataset.class::isInstance)
        .map(DomoDataset.class::cast)
        .filter(which)
        .toList();
  }

  /** Topics by sink. */
  Map<String, List<String>> sunkTopics() {
    Map<String, List<String>> topics = new LinkedHashMap<>();
    all()
        .forEach(
            (name, config) -> {
              if (config.containsKey("topics")) {
                topics.put(name, List.of(config.get("topics").split(",")));
              }
            });
    return topics;
  }

  /** Every table that a run must fill. */
  List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    for (Dataset dataset : datasets) {
      tables.add(new Table(Warehouse.BIGQUERY, dataset.name(), dataset));
      tables.add(new Table(Warehouse.REDSHIFT, dataset.name(), dataset));
      if (dataset instanceof GrowingDataset) {
        tables.add(new Table(Warehouse.BIGQUERY, dataset.name() + STREAMED, dataset));
      }
      if (dataset.mode() == Mode.UPSERT) {
        tables.add(new Table(Warehouse.BIGQUERY, dataset.name() + MERGED, dataset));
      }
    }
    return tables;
  }

  private static Map<String, String> incremental(List<DomoDataset> of) {
    Map<String, String> config = new HashMap<>();
    config.put("domo.mode", "incremental");
    config.put("domo.cursor.columns", each(of, "version, id"));
    config.put("domo.query.page.rows", "100");
    return config;
  }

  private static String each(List<DomoDataset> of, String columns) {
    return of.stream().map(d -> d.name() + ": " + columns).collect(Collectors.joining("; "));
  }

  private Map<String, String> source(List<DomoDataset> of, Map<String, String> more) {
    Map<String, String> config = new HashMap<>(cloud.domoConfig());
    config.put("connector.class", "io.writeback.domo.DomoSourceConnector");
    config.put("tasks.max", "2");
    config.put("key.converter", JSON);
    config.put("value.converter", JSON);
    config.put("exactly.once.support", "required");
    config.put(
        "domo.datasets",
        of.stream().map(d -> d.id() + ":" + d.name()).collect(Collectors.joining(",")));
    config.put("domo.key.columns", each(of, "id"));
    config.put("domo.topic.format", "{alias}");
    config.put("snapshot.topic", MANIFESTS);
    config.put("domo.spool.dir", spool().toString());
    config.put("domo.poll.interval.ms", "500");
    config.put("domo.settle.max.ms", "0");
    config.put("domo.batch.max.rows", "200");
    config.put("domo.read.timeout.ms", "5000");
    config.put("domo.retry.backoff.ms", "200");
    config.put("domo.retry.backoff.max.ms", "2000");
    config.put("domo.requests.per.minute", "6000");
    config.put("topic.creation.groups", "manifests");
    config.put("topic.creation.default.partitions", String.valueOf(PARTITIONS));
    config.put("topic.creation.default.replication.factor", "1");
    config.put("topic.creation.manifests.include", MANIFESTS);
    config.put("topic.creation.manifests.partitions", "1");
    config.put("topic.creation.manifests.replication.factor", "1");
    config.putAll(more);
    return config;
  }

  private static Map<String, String> sink(Mode mode, List<Dataset> of) {
    Map<String, String> config = new HashMap<>();
    List<String> topics = new ArrayList<>(of.stream().map(Dataset::name).toList());
    topics.add(MANIFESTS);
    config.put("topics", String.join(",", topics));
    config.put("tasks.max", "2");
    config.put("key.converter", JSON);
    config.put("value.converter", JSON);
    config.put("write.mode", mode.key());
    config.put("snapshot.topic", MANIFESTS);
    config.put("snapshot.poll.ms", "500");
    config.put("flush.interval.ms", "1500");
    config.put("close.timeout.ms", "3000");
    config.put("consumer.override.isolation.level", "read_committed");
    config.put("consumer.override.auto.offset.reset", "earliest");
    config.put(
        "consumer.override.partition.assignment.strategy",
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    return config;
  }

  private Map<String, String> bigQuery(Mode mode, List<Dataset> of) {
    Map<String, String> config = sink(mode, of);
    config.put("connector.class", "io.writeback.bigquery.BigQuerySinkConnector");
    config.putAll(cloud.bigQueryConfig());
    config.put("bigquery.request.timeout.ms", "10000");
    if (mode == Mode.UPSERT) {
      config.put("bigquery.write.method", "storage_write");
      config.put("bigquery.upsert.partitions", String.valueOf(PARTITIONS));
    } else if (mode == Mode.APPEND) {
      // A table takes a limited number of loads a day, and a run is short.
      config.put("flush.interval.ms", "4000");
    }
    return config;
  }

  private Map<String, String> stream() {
    List<Dataset> growing = datasets.stream().filter(d -> d instanceof GrowingDataset).toList();
    Map<String, String> config = bigQuery(Mode.APPEND, growing);
    config.put("flush.interval.ms", "500");
    config.put("bigquery.write.method", "storage_write");
    config.put("bigquery.mark.interval.ms", "3000");
    config.put("table.name.format", "{topic}" + STREAMED);
    return config;
  }

  private Map<String, String> merge() {
    List<Dataset> changing = datasets.stream().filter(d -> d.mode() == Mode.UPSERT).toList();
    Map<String, String> config = bigQuery(Mode.UPSERT, changing);
    config.put("flush.interval.ms", "4000");
    config.put("bigquery.write.method", "load_job");
    config.remove("bigquery.upsert.partitions");
    config.put("table.name.format", "{topic}" + MERGED);
    return config;
  }

  private Map<String, String> redshift(Mode mode, List<Dataset> of) {
    Map<String, String> config = sink(mode, of);
    config.put("connector.class", "io.writeback.redshift.RedshiftSinkConnector");
    config.putAll(cloud.redshiftConfig(mode == Mode.OVERWRITE || mode == Mode.UPSERT));
    config.put("s3.prefix", "staging-" + mode.key());
    config.put("s3.request.timeout.ms", "10000");
    return config;
  }
}
