package io.writeback.standin.bigquery;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValue;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Queries of a reader, through the Java client library. */
public final class SqlClient {
  private final BigQuery client;

  /** A client of the stand-in, as the service account that everybody uses. */
  public SqlClient(BigQueryStandIn standIn) {
    try {
      client =
          BigQueryOptions.newBuilder()
              .setHost(standIn.endpoint().toString())
              .setProjectId(standIn.project())
              .setCredentials(
                  ServiceAccountCredentials.fromStream(
                      new ByteArrayInputStream(
                          standIn.serviceAccountJson().getBytes(StandardCharsets.UTF_8))))
              .build()
              .getService();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a query, each cell as text or null; never from the cache. */
  public List<List<String>> rows(String sql) throws InterruptedException {
    QueryJobConfiguration query =
        QueryJobConfiguration.newBuilder(sql).setUseQueryCache(false).build();
    List<List<String>> rows = new ArrayList<>();
    for (FieldValueList row : client.query(query).iterateAll()) {
      List<String> cells = new ArrayList<>();
      for (FieldValue cell : row) {
        cells.add(cell.isNull() ? null : cell.getStringValue());
      }
      rows.add(cells);
    }
    return rows;
  }
}
