package io.writeback.bigquery;

import com.google.api.client.util.Data;
import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.GetQueryResultsResponse;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.TableCell;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs statements to their end. Safe for use by many threads. */
final class BigQueryQueries {
  private final BigQueryRest rest;
  private final BigQueryJobs jobs;

  BigQueryQueries(BigQueryRest rest, BigQueryJobs jobs) {
    this.rest = rest;
    this.jobs = jobs;
  }

  /** An id that nobody else has, so that a lost acknowledgement can be looked up. */
  static String newId() {
    return "wb-query-" + UUID.randomUUID();
  }

  /** Rows of a query, as text by column name. */
  List<Row> rows(SqlStatement statement) {
    Job job = succeeded(run(newId(), statement));
    List<Row> rows = new ArrayList<>();
    String token = null;
    do {
      GetQueryResultsResponse page = rest.queryResults(job.getJobReference(), token);
      if (page.getRows() != null) {
        for (TableRow row : page.getRows()) {
          rows.add(row(page.getSchema().getFields(), row));
        }
      }
      token = page.getPageToken();
    } while (token != null);
    return rows;
  }

  /** Runs a statement without rows. */
  void execute(SqlStatement statement) {
    succeeded(run(newId(), statement));
  }

  /**
   * Runs a statement under an id, or waits for the one that already runs under it.
   *
   * @return the finished job, succeeded or failed
   */
  Job run(String id, SqlStatement statement) {
    return jobs.await(jobs.submitQuery(id, statement, Map.of()));
  }

  private static Job succeeded(Job job) {
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isPresent()) {
      throw BigQueryFaults.of("query job " + job.getJobReference().getJobId(), error.get());
    }
    return job;
  }

  private static Row row(List<TableFieldSchema> fields, TableRow row) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      TableCell cell = row.getF().get(i);
      Object value = cell.getV();
      values.put(
          fields.get(i).getName(), value == null || Data.isNull(value) ? null : value.toString());
    }
    return new Row(values);
  }

  /** A row of a result. */
  record Row(Map<String, String> values) {
    /** Null if NULL. */
    String text(String column) {
      return values.get(column);
    }

    boolean has(String column) {
      return values.get(column) != null;
    }

    long number(String column) {
      return Long.parseLong(values.get(column));
    }

    /** A timestamp in ms; the API was asked for whole microseconds. */
    long timestampMs(String column) {
      return Math.floorDiv(Long.parseLong(values.get(column)), 1000L);
    }

    Long numberOrNull(String column) {
      return has(column) ? Long.valueOf(values.get(column)) : null;
    }
  }
}
