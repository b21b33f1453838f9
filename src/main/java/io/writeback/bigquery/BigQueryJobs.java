package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationLoad;
import com.google.api.services.bigquery.model.JobConfigurationQuery;
import com.google.api.services.bigquery.model.JobReference;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.retry.Backoff;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Submits jobs, reads them back and waits for them. Only the state DONE decides about a job: a
 * timeout of ours, a cancellation or a lost answer is no outcome. Safe for use by many threads.
 */
final class BigQueryJobs {
  private static final Backoff POLL = new Backoff(100, 5_000);

  private final BigQueryRest rest;
  private final String project;
  private final Supplier<String> location;
  private final long timeoutMs;
  private final InstantSource clock;
  private final Sleeper sleeper;
  private final Optional<LoadObjects> objects;

  /** Jobs whose rows are uploaded with them. */
  BigQueryJobs(
      BigQueryRest rest,
      String project,
      Supplier<String> location,
      long timeoutMs,
      InstantSource clock,
      Sleeper sleeper) {
    this(rest, project, location, timeoutMs, clock, sleeper, Optional.empty());
  }

  /**
   * Jobs.
   *
   * @param location location of the dataset; asked for at first use
   * @param timeoutMs how long one wait may take
   * @param objects where rows of load jobs wait; empty if they are uploaded with the job
   */
  BigQueryJobs(
      BigQueryRest rest,
      String project,
      Supplier<String> location,
      long timeoutMs,
      InstantSource clock,
      Sleeper sleeper,
      Optional<LoadObjects> objects) {
    this.rest = rest;
    this.project = project;
    this.location = location;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    this.sleeper = sleeper;
    this.objects = objects;
  }

  Optional<Job> find(String id) {
    return rest.findJob(reference(id));
  }

  /**
   * Submits a query.
   *
   * @return the job that has the id now, read back in full: maybe somebody else's
   */
  Job submitQuery(String id, SqlStatement statement, Map<String, String> labels) {
    return submitQuery(id, statement, labels, Optional.empty());
  }

  /** As above; refused by BigQuery if more bytes would be billed. */
  Job submitQuery(
      String id, SqlStatement statement, Map<String, String> labels, Optional<Long> maxBytes) {
    JobConfiguration query = query(statement).setLabels(labels);
    maxBytes.ifPresent(query.getQuery()::setMaximumBytesBilled);
    Job job = job(id).setConfiguration(query);
    return readBack(id, () -> rest.insertJob(job));
  }

  /** A query that is only to be checked. */
  Job dryRun(SqlStatement statement) {
    return new Job()
        .setJobReference(new JobReference().setProjectId(project).setLocation(location.get()))
        .setConfiguration(query(statement).setDryRun(true));
  }

  /**
   * Submits a load that appends.
   *
   * @return the job that has the id now, read back in full: maybe somebody else's
   */
  Job submitLoad(String id, Target table, GzipRows lines, Map<String, String> labels) {
    return submitLoad(id, table, List.of(), lines, labels);
  }

  /**
   * As above.
   *
   * @param columns of the table that the rows have; the others get their defaults. Empty if they
   *     have all, or those that they lack have no default: then they are NULL.
   */
  Job submitLoad(
      String id,
      Target table,
      List<TableFieldSchema> columns,
      GzipRows lines,
      Map<String, String> labels) {
    JobConfigurationLoad load =
        new JobConfigurationLoad()
            .setDestinationTable(
                new TableReference()
                    .setProjectId(project)
                    .setDatasetId(table.namespace())
                    .setTableId(table.table()))
            .setSourceFormat("NEWLINE_DELIMITED_JSON")
            .setEncoding("UTF-8")
            // Never: a late load must not bring a dropped staging table back.
            .setCreateDisposition("CREATE_NEVER")
            .setWriteDisposition("WRITE_APPEND")
            .setAutodetect(false)
            // All rows or none, and no field left out: otherwise rows vanish silently.
            .setMaxBadRecords(0)
            .setIgnoreUnknownValues(false);
    if (!columns.isEmpty()) {
      load.setSchema(new TableSchema().setFields(columns));
    }
    Job job = job(id).setConfiguration(new JobConfiguration().setLoad(load).setLabels(labels));
    if (objects.isEmpty()) {
      return readBack(id, () -> rest.insertLoad(job, lines));
    }
    objects.get().sweepIfDue(this::find);
    String written = objects.get().put(id, lines);
    load.setSourceUris(List.of(written));
    Job taken = readBack(id, () -> rest.insertJob(job));
    objects.get().settle(taken, written);
    return taken;
  }

  /**
   * An answer to a submission proves nothing: a taken id may be our own of a minute ago or another
   * owner's, and without an answer the job may be there all the same. Reading it does.
   */
  private Job readBack(String id, Runnable submission) {
    try {
      submission.run();
    } catch (FaultException e) {
      Optional<Job> job = e.fault() == Fault.RETRY ? find(id) : Optional.empty();
      return job.orElseThrow(() -> e);
    }
    return find(id)
        .orElseThrow(
            () -> FaultException.retry("job " + id + " was accepted but is not there yet", null));
  }

  /**
   * Waits until a job is done.
   *
   * @return the whole job, succeeded or failed
   * @throws FaultException RETRY if it takes longer than {@code bigquery.job.timeout.ms}, or if the
   *     thread is interrupted
   */
  Job await(Job job) {
    long deadline = clock.millis() + timeoutMs;
    Job current = job;
    for (int attempt = 1; !isDone(current); attempt++) {
      String id = current.getJobReference().getJobId();
      long left = deadline - clock.millis();
      if (left <= 0) {
        throw FaultException.retry(
            "job "
                + id
                + " is "
                + current.getStatus().getState()
                + " after "
                + timeoutMs
                + " ms (bigquery.job.timeout.ms); its outcome is awaited further",
            null);
      }
      pause(Math.min(left, POLL.delayMs(attempt, ThreadLocalRandom.current())));
      current =
          find(id)
              .orElseThrow(
                  () ->
                      FaultException.fatal(
                          "job "
                              + id
                              + " has vanished while it ran; do not delete jobs of this sink",
                          null));
    }
    if (objects.isPresent()) {
      objects.get().release(current);
    }
    return current;
  }

  /** The reason why a finished job failed; empty if it succeeded. */
  static Optional<ErrorProto> error(Job job) {
    return Optional.ofNullable(job.getStatus().getErrorResult());
  }

  /** Whether a job has the state that decides. */
  static boolean isDone(Job job) {
    return job.getStatus() != null && "DONE".equals(job.getStatus().getState());
  }

  static List<ErrorProto> errors(Job job) {
    List<ErrorProto> errors = job.getStatus().getErrors();
    return errors == null ? List.of() : errors;
  }

  static String label(Job job, String name) {
    Map<String, String> labels = job.getConfiguration().getLabels();
    return labels == null ? "" : labels.getOrDefault(name, "");
  }

  JobReference reference(String id) {
    return new JobReference().setProjectId(project).setJobId(id).setLocation(location.get());
  }

  private Job job(String id) {
    return new Job().setJobReference(reference(id));
  }

  private static JobConfiguration query(SqlStatement statement) {
    JobConfigurationQuery query =
        new JobConfigurationQuery()
            .setQuery(statement.text())
            .setUseLegacySql(false)
            .setUseQueryCache(false);
    if (!statement.parameters().isEmpty()) {
      query.setParameterMode("NAMED").setQueryParameters(QueryParameters.of(statement));
    }
    return new JobConfiguration().setQuery(query);
  }

  private void pause(long ms) {
    try {
      sleeper.sleepMs(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FaultException.retry("interrupted while a job of BigQuery was awaited", e);
    }
  }
}
