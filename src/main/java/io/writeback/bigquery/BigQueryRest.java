package io.writeback.bigquery;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.BigqueryRequest;
import com.google.api.services.bigquery.model.Dataset;
import com.google.api.services.bigquery.model.GetQueryResultsResponse;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobReference;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableDataInsertAllRequest;
import com.google.api.services.bigquery.model.TableDataInsertAllResponse;
import com.google.api.services.bigquery.model.TableList;
import com.google.api.services.bigquery.model.TableReference;
import com.google.api.services.bigquery.model.TestIamPermissionsRequest;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls of the REST API that the sink makes. Each fails with a {@link FaultException}; what is
 * normal (not there, there already) is an answer. Safe for use by many threads.
 */
final class BigQueryRest {
  /** Up to this size an upload is one request, which either arrives or does not. */
  private static final int ONE_REQUEST_BYTES = 8 << 20;

  private static final int UPLOAD_CHUNK_BYTES = 8 << 20;

  private final Bigquery bigquery;
  private final String project;
  private final MetadataBudget metadata;

  BigQueryRest(Bigquery bigquery, String project) {
    this(bigquery, project, new MetadataBudget(InstantSource.system()));
  }

  BigQueryRest(Bigquery bigquery, String project, MetadataBudget metadata) {
    this.bigquery = bigquery;
    this.project = project;
    this.metadata = metadata;
  }

  /** What became of the creation of something that has a name. */
  enum Creation {
    CREATED,
    EXISTS
  }

  // --- jobs ---

  /** Submits a job; EXISTS if its id is taken, by whomever. */
  Creation insertJob(Job job) {
    return create(
        "submitting job " + job.getJobReference().getJobId(),
        () -> bigquery.jobs().insert(project, job));
  }

  /** Checks a query; empty if a table that it names is not there. */
  Optional<Job> dryRun(Job job) {
    return find("checking a query", () -> bigquery.jobs().insert(project, job));
  }

  /** Submits a load job with its data; EXISTS if its id is taken, by whomever. */
  Creation insertLoad(Job job, GzipRows lines) {
    return create(
        "uploading to job " + job.getJobReference().getJobId(),
        () -> {
          Bigquery.Jobs.Insert insert =
              bigquery
                  .jobs()
                  .insert(
                      project,
                      job,
                      new ByteArrayContent(
                          "application/octet-stream", lines.array(), 0, lines.length()));
          insert.setDisableGZipContent(true);
          insert
              .getMediaHttpUploader()
              .setDirectUploadEnabled(lines.length() <= ONE_REQUEST_BYTES)
              .setChunkSize(UPLOAD_CHUNK_BYTES)
              .setDisableGZipContent(true);
          return insert;
        });
  }

  /**
   * The whole job, or empty if there is none of that id.
   *
   * @throws FaultException CONFIGURATION if it may not be read: that is no proof of its absence
   */
  Optional<Job> findJob(JobReference reference) {
    return find(
        "reading job " + reference.getJobId(),
        () ->
            bigquery
                .jobs()
                .get(project, reference.getJobId())
                .setLocation(reference.getLocation()));
  }

  GetQueryResultsResponse queryResults(JobReference reference, String pageToken) {
    return call(
        "reading results of job " + reference.getJobId(),
        () ->
            bigquery
                .jobs()
                .getQueryResults(project, reference.getJobId())
                .setLocation(reference.getLocation())
                .setFormatOptionsUseInt64Timestamp(true)
                .setMaxResults(10_000L)
                .setPageToken(pageToken));
  }

  // --- datasets and tables ---

  Dataset dataset(String dataset) {
    return call("reading dataset " + dataset, () -> bigquery.datasets().get(project, dataset));
  }

  Optional<Table> findTable(Target table) {
    return find(
        "reading table " + table,
        () -> bigquery.tables().get(project, table.namespace(), table.table()));
  }

  Creation insertTable(Target table, Table resource) {
    resource.setTableReference(
        new TableReference()
            .setProjectId(project)
            .setDatasetId(table.namespace())
            .setTableId(table.table()));
    return create(
        "creating table " + table,
        () -> bigquery.tables().insert(project, table.namespace(), resource));
  }

  /**
   * Changes a table if it is still as it was read.
   *
   * @return false if somebody else has changed it meanwhile
   */
  boolean patchTable(Target table, Table changes, String etag) {
    metadata.take(table);
    try {
      Bigquery.Tables.Patch patch =
          bigquery.tables().patch(project, table.namespace(), table.table(), changes);
      if (etag != null) {
        patch.getRequestHeaders().setIfMatch(etag);
      }
      patch.execute();
      return true;
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 412)) {
        return false;
      }
      throw BigQueryFaults.of("changing table " + table, e);
    }
  }

  /** Drops a table, if it is there. */
  void deleteTable(Target table) {
    try {
      bigquery.tables().delete(project, table.namespace(), table.table()).execute();
    } catch (IOException e) {
      if (!BigQueryFaults.isStatus(e, 404)) {
        throw BigQueryFaults.of("dropping table " + table, e);
      }
    }
  }

  List<TableList.Tables> listTables(String dataset) {
    List<TableList.Tables> all = new ArrayList<>();
    String token = null;
    do {
      String page = token;
      TableList list =
          call(
              "listing tables of " + dataset,
              () ->
                  bigquery.tables().list(project, dataset).setMaxResults(1000L).setPageToken(page));
      if (list.getTables() != null) {
        all.addAll(list.getTables());
      }
      token = list.getNextPageToken();
    } while (token != null);
    return all;
  }

  /** Streams rows; the answer names those that are refused. Empty if the request is too large. */
  Optional<TableDataInsertAllResponse> insertRows(Target table, TableDataInsertAllRequest rows) {
    try {
      return Optional.of(
          bigquery
              .tabledata()
              .insertAll(project, table.namespace(), table.table(), rows)
              .execute());
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 413)) {
        return Optional.empty();
      }
      throw BigQueryFaults.of("inserting into " + table, e);
    }
  }

  /** Which of the permissions on a table the caller has. */
  List<String> grantedOn(Target table, List<String> permissions) {
    String resource =
        "projects/" + project + "/datasets/" + table.namespace() + "/tables/" + table.table();
    List<String> granted =
        call(
                "testing permissions on " + table,
                () ->
                    bigquery
                        .tables()
                        .testIamPermissions(
                            resource, new TestIamPermissionsRequest().setPermissions(permissions)))
            .getPermissions();
    return granted == null ? List.of() : granted;
  }

  // --- one way of calling ---

  private static <T> T call(String doing, Request<T> request) {
    try {
      return request.build().execute();
    } catch (IOException e) {
      throw BigQueryFaults.of(doing, e);
    }
  }

  private static <T> Optional<T> find(String doing, Request<T> request) {
    try {
      return Optional.of(request.build().execute());
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 404)) {
        return Optional.empty();
      }
      throw BigQueryFaults.of(doing, e);
    }
  }

  private static <T> Creation create(String doing, Request<T> request) {
    try {
      request.build().execute();
      return Creation.CREATED;
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 409)) {
        return Creation.EXISTS;
      }
      throw BigQueryFaults.of(doing, e);
    }
  }

  @FunctionalInterface
  private interface Request<T> {
    BigqueryRequest<T> build() throws IOException;
  }
}
