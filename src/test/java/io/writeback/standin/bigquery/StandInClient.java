package io.writeback.standin.bigquery;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.BigqueryScopes;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobConfiguration;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.Schema;
import com.google.cloud.bigquery.StandardTableDefinition;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableInfo;
import io.writeback.standin.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** A stand-in and the real client library for it, with a dataset {@code ds}. */
final class StandInClient implements AutoCloseable {
  final BigQueryStandIn service;
  final BigQuery client;

  StandInClient() {
    this(Settings.defaults());
  }

  StandInClient(Settings settings) {
    service = BigQueryStandIn.start(settings);
    client = connect(service.serviceAccountJson());
    client.create(DatasetInfo.of("ds"));
  }

  /** A client that does not retry by itself, so that tests see each answer. */
  BigQuery connect(String key) {
    return options(key)
        .setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(1).build())
        .build()
        .getService();
  }

  BigQueryOptions.Builder options(String key) {
    try {
      return BigQueryOptions.newBuilder()
          .setHost(service.endpoint().toString())
          .setProjectId(service.project())
          .setCredentials(
              ServiceAccountCredentials.fromStream(
                  new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lower client library, which is close to the wire. */
  Bigquery lower() {
    try {
      return new Bigquery.Builder(
              new NetHttpTransport(),
              GsonFactory.getDefaultInstance(),
              new HttpCredentialsAdapter(
                  ServiceAccountCredentials.fromStream(
                          new ByteArrayInputStream(
                              service.serviceAccountJson().getBytes(StandardCharsets.UTF_8)))
                      .createScoped(BigqueryScopes.BIGQUERY)))
          .setRootUrl(service.endpoint() + "/")
          .setApplicationName("test")
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  TableId table(String name, Field... fields) {
    TableId id = TableId.of("ds", name);
    client.create(TableInfo.of(id, StandardTableDefinition.of(Schema.of(fields))));
    return id;
  }

  /** Runs a job to its end, whatever that is. */
  Job run(JobConfiguration configuration) throws InterruptedException {
    return run(JobId.of(UUID.randomUUID().toString()), configuration);
  }

  Job run(JobId id, JobConfiguration configuration) throws InterruptedException {
    return end(client.create(JobInfo.of(id, configuration)));
  }

  /** Waits by jobs.get: the client's own waiting throws what a query failed with. */
  Job end(Job job) throws InterruptedException {
    AtomicReference<Job> now = new AtomicReference<>(job);
    Await.until(
        "the end of " + job.getJobId(),
        () -> {
          if (now.get().getStatus().getState() != JobStatus.State.DONE) {
            now.set(client.getJob(job.getJobId()));
          }
          return now.get().getStatus().getState() == JobStatus.State.DONE;
        });
    return now.get();
  }

  Job run(String sql) throws InterruptedException {
    return run(QueryJobConfiguration.of(sql));
  }

  /** The rows of a query, each as the texts of its cells. */
  List<List<String>> rows(String sql) throws InterruptedException {
    List<List<String>> rows = new ArrayList<>();
    for (FieldValueList row : client.query(QueryJobConfiguration.of(sql)).iterateAll()) {
      List<String> cells = new ArrayList<>();
      row.forEach(cell -> cells.add(cell.isNull() ? null : String.valueOf(cell.getValue())));
      rows.add(cells);
    }
    return rows;
  }

  @Override
  public void close() {
    service.close();
  }
}
