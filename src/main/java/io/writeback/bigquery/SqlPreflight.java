package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks SQL of the user by dry runs, which cost nothing. A table that is not there yet leaves the
 * rest of a text unchecked.
 */
final class SqlPreflight {
  private static final Logger LOG = LoggerFactory.getLogger(SqlPreflight.class);

  private final BigQueryRest rest;
  private final BigQueryJobs jobs;
  private final BigQuerySql sql;
  private final SinkSettings sink;
  private final String dataset;
  private final ConfigErrors errors;

  SqlPreflight(
      BigQueryRest rest,
      BigQueryJobs jobs,
      BigQuerySql sql,
      SinkSettings sink,
      ConfigErrors errors) {
    this.rest = rest;
    this.jobs = jobs;
    this.sql = sql;
    this.sink = sink;
    this.dataset = sink.namespace();
    this.errors = errors;
  }

  /** Checks statements, with the table of the first topic for {table}, and views. */
  void check(BigQuerySettings.UserSql user) {
    SqlKeys.Hooks hooks = user.hooks();
    List<SqlKeys.View> views = user.views();
    Target example = example();
    hooks.afterCommit().ifPresent(text -> hook(SqlKeys.AFTER_COMMIT, text, hooks, example));
    hooks.afterSnapshot().ifPresent(text -> hook(SqlKeys.AFTER_SNAPSHOT, text, hooks, example));
    for (SqlKeys.View view : views) {
      dryRun(SqlKeys.sqlOf(view.name()), Views.query(sql, dataset, view.query()));
      foreign(view);
    }
  }

  private Target example() {
    String topic =
        sink.topicNames().stream()
            .filter(name -> !name.equals(sink.snapshots().topic()))
            .sorted()
            .findFirst()
            .orElse("");
    String mapped = sink.tableMap().getOrDefault(topic, topic.replaceAll("[^A-Za-z0-9_]", "_"));
    int dot = mapped.indexOf('.');
    return dot < 0
        ? new Target(dataset, mapped.isEmpty() ? "__wb_none" : mapped)
        : new Target(mapped.substring(0, dot), mapped.substring(dot + 1));
  }

  private void hook(String key, String text, SqlKeys.Hooks hooks, Target example) {
    long bytes = dryRun(key, text.replace("{table}", sql.table(example)));
    hooks
        .maxBytesBilled()
        .filter(most -> bytes > most)
        .ifPresent(
            most ->
                errors.error(
                    SqlKeys.MAX_BYTES_BILLED,
                    key + " would read " + bytes + " bytes, and " + most + " are allowed"));
  }

  /** Bytes that it would read. */
  private long dryRun(String key, String text) {
    try {
      Optional<Job> job = rest.dryRun(jobs.dryRun(SqlStatement.of(text)));
      if (job.isEmpty()) {
        LOG.info("{} names a table that is not there yet, so it is not checked", key);
      }
      return job.map(j -> j.getStatistics().getTotalBytesProcessed()).orElse(0L);
    } catch (FaultException e) {
      if (e.fault() == Fault.RETRY) {
        LOG.warn("Validation left {} out: {}", key, e.getMessage());
      } else {
        errors.error(key, "BigQuery refuses it: " + e.getMessage());
      }
      return 0;
    }
  }

  private void foreign(SqlKeys.View view) {
    Target target = Views.target(dataset, view);
    Optional<Table> there = rest.findTable(target);
    boolean ours =
        there
            .filter(table -> table.getView() != null && table.getLabels() != null)
            .filter(table -> table.getLabels().containsKey(Views.LABEL))
            .isPresent();
    if (there.isPresent() && !ours) {
      errors.error(
          SqlKeys.VIEWS,
          target
              + " is there and was not made by this connector: choose another name for the view");
    }
  }
}
