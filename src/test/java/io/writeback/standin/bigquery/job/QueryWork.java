package io.writeback.standin.bigquery.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.sql.Outcome;
import io.writeback.standin.bigquery.sql.QuerySettings;
import io.writeback.standin.bigquery.sql.SqlEngine;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Query jobs: one statement or a script, with parameters, dry run and destination table. */
final class QueryWork {
  private static final int MAX_LENGTH = 1024 * 1024;

  private final Catalog catalog;
  private final Jobs jobs;
  private final SqlEngine engine;

  QueryWork(Catalog catalog, Jobs jobs) {
    this.catalog = catalog;
    this.jobs = jobs;
    this.engine = new SqlEngine(catalog);
  }

  private static JsonNode config(Job job) {
    return job.configuration().get("query");
  }

  private QuerySettings settings(Job job) {
    JsonNode config = config(job);
    Optional<DatasetId> dataset =
        Optional.ofNullable(config.get("defaultDataset"))
            .map(
                d ->
                    new DatasetId(
                        d.path("projectId").asText(job.key().project()),
                        d.path("datasetId").asText()));
    return new QuerySettings(
        job.key().project(),
        dataset,
        job.key().location(),
        job.key().id(),
        Parameters.named(config.path("queryParameters")),
        Parameters.positional(config.path("queryParameters")));
  }

  private static String text(Job job) {
    String text = config(job).path("query").asText("");
    if (text.isBlank()) {
      throw ApiException.required("query");
    }
    if (text.length() > MAX_LENGTH) {
      throw new ApiException(
          400,
          "invalidQuery",
          "query",
          "The query is too large. The maximum standard SQL query length is 1024.00K characters");
    }
    if (config(job).path("useLegacySql").asBoolean(false)) {
      throw ApiException.invalidQuery("Legacy SQL is not supported by this stand-in");
    }
    return text;
  }

  /** The location of the first dataset that a text names in backticks, or US. */
  String location(String project, String text) {
    for (List<String> path : SqlEngine.names(text)) {
      if (path.size() >= 2) {
        String owner = path.size() > 2 ? path.get(0) : project;
        Optional<String> location =
            catalog
                .findDataset(new DatasetId(owner, path.get(path.size() - 2)))
                .map(d -> d.location());
        if (location.isPresent()) {
          return location.get();
        }
      }
    }
    return "US";
  }

  /** Checks the query and counts the bytes that it would read. */
  void dryRun(Job job) {
    if (!job.configuration().has("query")) {
      job.finish(null, null, catalog.now());
      return;
    }
    SqlEngine.Plan plan = engine.plan(settings(job), text(job));
    long bytes = bytes(plan.tables());
    job.statistics(
        statistics -> {
          ObjectNode query = query(statistics, plan.kind(), bytes);
          plan.schema().ifPresent(schema -> query.set("schema", schema.toJson()));
        });
    job.finish(null, null, catalog.now());
  }

  private long bytes(Collection<StoredTable> tables) {
    return tables.stream().mapToLong(table -> catalog.bytes(table, List.of())).sum();
  }

  private static ObjectNode query(ObjectNode statistics, String kind, long bytes) {
    statistics.put("totalBytesProcessed", Long.toString(bytes));
    return statistics
        .putObject("query")
        .put("statementType", kind)
        .put("totalBytesProcessed", Long.toString(bytes))
        .put("totalBytesBilled", Long.toString(bytes))
        .put("cacheHit", false);
  }

  StoredTable run(Job job) {
    String text = text(job);
    boolean script = SqlEngine.isScript(text);
    QuerySettings settings = settings(job);
    checkBilled(job, settings, text, script);
    if (config(job).hasNonNull("destinationTable") && !script) {
      Optional<StoredTable> written = destination(job, settings, text);
      if (written.isPresent()) {
        return written.get();
      }
    }
    long[] children = {0};
    Outcome outcome =
        engine.run(
            settings,
            text,
            (statement, done) -> {
              if (script) {
                child(job, statement, done, ++children[0]);
              }
            });
    if (script) {
      job.statistics(
          statistics -> {
            query(statistics, "SCRIPT", 0);
            statistics.put("numChildJobs", Long.toString(children[0]));
          });
    } else {
      job.statistics(statistics -> describe(statistics, outcome));
    }
    return outcome == null ? null : outcome.result();
  }

  private void checkBilled(Job job, QuerySettings settings, String text, boolean script) {
    String limit = config(job).path("maximumBytesBilled").asText("");
    if (limit.isEmpty() || script) {
      return;
    }
    long bytes = bytes(engine.plan(settings, text).tables());
    if (bytes > Long.parseLong(limit)) {
      throw new ApiException(
          400,
          "bytesBilledLimitExceeded",
          "Query exceeded limit for bytes billed: "
              + limit
              + ". "
              + bytes
              + " or higher required.");
    }
  }

  /** Writes the rows of a SELECT to the table that the job names; other statements have none. */
  private Optional<StoredTable> destination(Job job, QuerySettings settings, String text) {
    SqlEngine.Plan plan = engine.plan(settings, text);
    if (!plan.kind().equals("SELECT")) {
      return Optional.empty();
    }
    TableId id = Jobs.table(config(job).get("destinationTable"), job.key().project());
    Destination.Wish wish = Destination.Wish.of(id, config(job), "WRITE_EMPTY", Optional.empty());
    String select = engine.select(settings, text);
    try (StoreSession session = catalog.session()) {
      Destination destination = Destination.open(catalog, session, wish, plan.schema());
      boolean done = false;
      try {
        session.run(
            () -> {
              try (Statement statement = session.connection().createStatement()) {
                return statement.executeLargeUpdate(
                    "INSERT INTO "
                        + destination.table().physical()
                        + plan.schema().orElseThrow().names().stream()
                            .map(Identifiers::quote)
                            .collect(Collectors.joining(", ", " (", ") "))
                        + select);
              }
            });
        destination.finish();
        done = true;
      } finally {
        if (!done) {
          destination.abandon();
        }
      }
      job.statistics(statistics -> query(statistics, "SELECT", bytes(plan.tables())));
      return Optional.of(destination.table());
    }
  }

  private void describe(ObjectNode statistics, Outcome outcome) {
    ObjectNode query = query(statistics, outcome.kind(), bytes(outcome.tables()));
    var tables = query.putArray("referencedTables");
    outcome.tables().forEach(table -> tables.add(table.id().toJson()));
    if (outcome.result() != null) {
      query.set("schema", outcome.result().schema().toJson());
    }
    if (outcome.counts() != null) {
      query.put("numDmlAffectedRows", Long.toString(outcome.counts().affected()));
      query
          .putObject("dmlStats")
          .put("insertedRowCount", Long.toString(outcome.counts().inserted()))
          .put("updatedRowCount", Long.toString(outcome.counts().updated()))
          .put("deletedRowCount", Long.toString(outcome.counts().deleted()));
    }
    if (outcome.ddlTarget() != null) {
      query.put("ddlOperationPerformed", outcome.ddlOperation());
      query.set("ddlTargetTable", outcome.ddlTarget().toJson());
    }
  }

  private void child(Job parent, String statement, Outcome outcome, long number) {
    ObjectNode configuration = JsonNodeFactory.instance.objectNode();
    configuration.putObject("query").put("query", statement).put("useLegacySql", false);
    JobKey key =
        new JobKey(
            parent.key().project(),
            parent.key().location(),
            "script_job_" + Integer.toHexString(parent.key().hashCode()) + "_" + number);
    Job child = new Job(key, parent.creator(), configuration, catalog.now());
    child.statistics(
        statistics -> {
          describe(statistics, outcome);
          statistics.put("parentJobId", parent.key().id());
          statistics.putObject("scriptStatistics").put("evaluationKind", "STATEMENT");
        });
    child.finish(null, outcome.result(), catalog.now());
    jobs.child(child);
  }
}
