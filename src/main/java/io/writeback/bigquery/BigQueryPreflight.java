package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.bigquery.BigQuerySettings.WriteMethod;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries what the sink will do: log in, see the dataset, run a job, make a table. A definite answer
 * becomes an error on the key to change; an outage is only logged, because it must not stop anybody
 * from changing a configuration.
 */
final class BigQueryPreflight {
  private static final Logger LOG = LoggerFactory.getLogger(BigQueryPreflight.class);
  private static final int REQUEST_MS = 10_000;
  private static final long JOB_MS = 10_000;
  private static final long DENIED_AGAIN_MS = 500;
  private static final long TABLE_TTL_MS = 3_600_000;

  /** What roles/bigquery.dataEditor gives on tables. */
  private static final List<String> NEEDED =
      List.of(
          "bigquery.tables.get",
          "bigquery.tables.getData",
          "bigquery.tables.update",
          "bigquery.tables.updateData",
          "bigquery.tables.delete");

  private final BigQuerySettings settings;
  private final RestClients clients;
  private final BigQueryRest rest;
  private final ConfigErrors errors;
  private final SinkSettings sink;
  private final InstantSource clock = InstantSource.system();
  private final Sleeper sleeper = Sleeper.real();

  private BigQueryPreflight(
      SinkSettings sink, BigQuerySettings settings, RestClients clients, ConfigErrors errors) {
    this.sink = sink;
    this.settings = settings;
    this.clients = clients;
    this.rest = new BigQueryRest(clients.bigquery(), settings.project());
    this.errors = errors;
  }

  static void run(BigQuerySinkConfig config, ConfigErrors errors) {
    if (!config.validationConnects()) {
      return;
    }
    BigQuerySettings configured = config.bigQuery();
    BigQuerySettings settings =
        configured.within(Math.min(REQUEST_MS, configured.requestTimeoutMs()), JOB_MS);
    RestClients clients;
    try {
      clients = new BigQueryClients(settings).connect();
    } catch (FaultException e) {
      errors.error(credentialsKey(settings), e.getMessage());
      return;
    }
    new BigQueryPreflight(config.sink(), settings, clients, errors).run();
  }

  private void run() {
    Optional<Dataset> dataset = dataset();
    if (dataset.isEmpty()) {
      return;
    }
    String location = dataset.get().getLocation();
    settings
        .location()
        .filter(configured -> !configured.equalsIgnoreCase(location))
        .ifPresent(
            configured ->
                errors.error(
                    BigQuerySinkConfig.LOCATION,
                    "the dataset is in " + location + ", not in " + configured));
    attempt(
        BigQuerySinkConfig.PROJECT,
        "grant bigquery.jobs.create (roles/bigquery.jobUser) on project " + settings.project(),
        () -> runJob(location));
    attempt(
        BigQuerySinkConfig.DATASET,
        "grant bigquery.tables.create (roles/bigquery.dataEditor) on dataset " + settings.dataset(),
        () -> makeTable(location));
    attempt(
        SqlKeys.VIEWS,
        "grant roles/bigquery.dataEditor on their datasets",
        () ->
            new SqlPreflight(
                    rest, jobs(location), new BigQuerySql(settings.project()), sink, errors)
                .check(settings.sql()));
  }

  private Optional<Dataset> dataset() {
    try {
      return Optional.of(rest.dataset(settings.dataset()));
    } catch (FaultException e) {
      if (e.fault() == Fault.RETRY) {
        LOG.warn("Validation left the connection out: {}", e.getMessage());
      } else if (isLogin(e)) {
        errors.error(credentialsKey(settings), e.getMessage());
      } else {
        errors.error(
            BigQuerySinkConfig.DATASET,
            e.getMessage()
                + ". The dataset has to exist, and the service account needs"
                + " bigquery.datasets.get on it");
      }
      return Optional.empty();
    }
  }

  private BigQueryJobs jobs(String location) {
    return jobs(location, Optional.empty());
  }

  private BigQueryJobs jobs(String location, Optional<LoadObjects> objects) {
    return new BigQueryJobs(
        rest, settings.project(), () -> location, settings.jobTimeoutMs(), clock, sleeper, objects);
  }

  private void runJob(String location) {
    BigQueryJobs jobs = jobs(location);
    Job job =
        jobs.await(
            jobs.submitQuery(
                "wb-check-" + UUID.randomUUID(), SqlStatement.of("SELECT 1"), Map.of()));
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isPresent()) {
      throw BigQueryFaults.of("running a query", error.get());
    }
  }

  private void makeTable(String location) {
    Target table =
        new Target(
            settings.dataset(), "__wb_check_" + UUID.randomUUID().toString().replace('-', '_'));
    rest.insertTable(
        table,
        new Table()
            .setSchema(new TableSchema().setFields(List.of(StagingTables.ordinal())))
            .setExpirationTime(System.currentTimeMillis() + TABLE_TTL_MS));
    List<String> missing = new ArrayList<>(NEEDED);
    missing.removeAll(rest.grantedOn(table, NEEDED));
    if (!missing.isEmpty()) {
      errors.error(
          BigQuerySinkConfig.DATASET,
          "the service account lacks "
              + String.join(", ", missing)
              + " on tables of "
              + settings.dataset()
              + ": grant roles/bigquery.dataEditor on the dataset");
    }
    if (missing.isEmpty() && settings.method() == WriteMethod.STORAGE_WRITE) {
      openStream(table);
    }
    if (missing.isEmpty()) {
      LoadObjects.of(settings, sink.deliveryId(), clients)
          .ifPresent(
              objects ->
                  new BucketPreflight(objects, jobs(location, Optional.of(objects)), errors)
                      .check(table));
    }
    rest.deleteTable(table);
  }

  /**
   * Opens and ends a stream. A table that was just made may look forbidden for a while, so that a
   * denial counts only if it stays.
   */
  private void openStream(Target table) {
    long deadline = clock.millis() + JOB_MS;
    try (WriteStreams streams = new BigQueryClients(settings).streams()) {
      while (true) {
        try {
          streams.finish(streams.create(table));
          return;
        } catch (StorageFailure e) {
          if (e.kind() != StorageFailure.Kind.DENIED || clock.millis() >= deadline) {
            refused(e);
            return;
          }
        }
        sleeper.sleepMs(DENIED_AGAIN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refused(StorageFailure e) {
    if (e.kind() == StorageFailure.Kind.DENIED) {
      errors.error(
          BigQuerySinkConfig.DATASET,
          "opening a stream of the Storage Write API: "
              + e.getMessage()
              + ". To repair it, grant bigquery.tables.updateData (roles/bigquery.dataEditor) on"
              + " dataset "
              + settings.dataset());
    } else {
      LOG.warn(
          "Validation could not open a stream at {}: {}",
          settings.grpcEndpoint().orElse("the public endpoint of the Storage Write API"),
          e.getMessage());
    }
  }

  private void attempt(String key, String advice, Runnable trial) {
    try {
      trial.run();
    } catch (FaultException e) {
      if (e.fault() == Fault.RETRY) {
        LOG.warn("Validation could not finish: {}", e.getMessage());
      } else {
        errors.error(key, e.getMessage() + ". To repair it, " + advice);
      }
    }
  }

  private static boolean isLogin(FaultException e) {
    return e.getMessage().contains("bigquery.credentials");
  }

  private static String credentialsKey(BigQuerySettings settings) {
    return switch (settings.login().source()) {
      case KEY_FILE -> LoginKeys.CREDENTIALS_FILE;
      case KEY_JSON -> LoginKeys.CREDENTIALS_JSON;
      case APPLICATION_DEFAULT -> LoginKeys.CREDENTIALS_SOURCE;
      case OAUTH_USER -> LoginKeys.OAUTH_REFRESH_TOKEN;
    };
  }
}
