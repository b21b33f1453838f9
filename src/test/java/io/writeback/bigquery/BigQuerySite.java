package io.writeback.bigquery;

import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.real.Leftovers;
import io.writeback.retry.Sleeper;
import io.writeback.sink.Target;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A real BigQuery, or one that claims to be, reached as the sink reaches it. Everything that is
 * made there has a random name, is dropped in the end, and expires within the hour in any case.
 */
final class BigQuerySite {
  /** Of every table that a probe makes. */
  static final String PREFIX = "__wb_probe_";

  private static final long TABLE_TTL_MS = 3_600_000;

  final BigQuerySettings settings;
  final SeenAnswers seen = new SeenAnswers();
  final BigQueryRest rest;
  final BigQueryJobs jobs;
  final BigQueryQueries queries;
  final BigQuerySql sql;
  private final RestClients clients;
  private final Leftovers leftovers;
  private final String suffix = UUID.randomUUID().toString().replace('-', '_');
  private int made;

  BigQuerySite(Map<String, String> services, Leftovers leftovers) {
    Map<String, String> config = new HashMap<>(services);
    config.put("name", "writeback-probe");
    config.put("topics", "writeback-probe");
    this.leftovers = leftovers;
    this.settings = new BigQuerySinkConfig(config).bigQuery();
    this.clients = new BigQueryClients(settings).connect();
    Bigquery client = BigQueryRig.watched(clients.bigquery(), seen);
    this.rest = new BigQueryRest(client, settings.project());
    this.jobs = jobs(Optional.empty());
    this.queries = new BigQueryQueries(rest, jobs);
    this.sql = new BigQuerySql(settings.project());
  }

  private BigQueryJobs jobs(Optional<LoadObjects> objects) {
    return new BigQueryJobs(
        rest,
        settings.project(),
        new DatasetLocation(rest, settings.dataset(), settings.location()),
        settings.jobTimeoutMs(),
        Clock.systemUTC(),
        Sleeper.real(),
        objects);
  }

  /** Jobs whose rows go through the bucket; those of one job are there already. */
  BigQueryJobs jobsThrough(String id, GzipRows rows) {
    LoadObjects objects = LoadObjects.of(settings, "writeback-probe", clients).orElseThrow();
    String written = objects.put(id, rows);
    BucketRest bucket = bucket();
    leftovers.add(
        "object " + written, () -> bucket.delete(written.substring(bucket.uri("").length())));
    return jobs(Optional.of(objects));
  }

  BucketRest bucket() {
    return new BucketRest(clients.storage().orElseThrow(), settings.bucket().orElseThrow().name());
  }

  /** The name of an object of one's own. */
  String object() {
    BucketRest bucket = bucket();
    String name = settings.bucket().orElseThrow().prefix() + "/" + name() + ".json.gz";
    leftovers.add("object " + bucket.uri(name), () -> bucket.delete(name));
    return name;
  }

  /** Writers of the Storage Write API. */
  WriteStreams streams() {
    return leftovers.open(new BigQueryClients(settings).streams());
  }

  /** A name that nobody else has, for a job or a part of one. */
  String name() {
    return "wb-probe-" + suffix + "-" + ++made;
  }

  /** A table of one's own, to be made by the caller. */
  Target unmade() {
    Target table = new Target(settings.dataset(), PREFIX + suffix + "_" + ++made);
    leftovers.add("table " + table, () -> rest.deleteTable(table));
    return table;
  }

  Target table(TableFieldSchema... columns) {
    Target table = unmade();
    rest.insertTable(table, expiring().setSchema(new TableSchema().setFields(List.of(columns))));
    return table;
  }

  /** A table that goes by itself, should the probe be killed. */
  static Table expiring() {
    return new Table().setExpirationTime(System.currentTimeMillis() + TABLE_TTL_MS);
  }

  static TableFieldSchema column(String name, String type) {
    return new TableFieldSchema().setName(name).setType(type).setMode("NULLABLE");
  }

  long count(Target table) {
    return queries
        .rows(SqlStatement.of("SELECT COUNT(*) AS n FROM " + sql.table(table)))
        .get(0)
        .number("n");
  }
}
