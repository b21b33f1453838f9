package io.writeback.local;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValue;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** BigQuery through its Java client. */
final class BigQueryView extends WarehouseView {
  private final BigQuery client;
  private final String dataset;

  BigQueryView(String endpoint, String project, String dataset, String serviceAccountJson)
      throws IOException {
    this.dataset = dataset;
    this.client =
        BigQueryOptions.newBuilder()
            .setHost(endpoint)
            .setProjectId(project)
            .setCredentials(
                ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(serviceAccountJson.getBytes(StandardCharsets.UTF_8))))
            .build()
            .getService();
  }

  @Override
  String name() {
    return "bigquery";
  }

  @Override
  String table(String table) {
    return quote(dataset) + "." + quote(table);
  }

  @Override
  String quote(String identifier) {
    return "`" + identifier + "`";
  }

  @Override
  Optional<List<List<String>>> query(String sql) throws InterruptedException {
    try {
      List<List<String>> rows = new ArrayList<>();
      QueryJobConfiguration query =
          QueryJobConfiguration.newBuilder(sql).setUseQueryCache(false).build();
      for (FieldValueList row : client.query(query).iterateAll()) {
        List<String> cells = new ArrayList<>();
        for (FieldValue cell : row) {
          cells.add(cell.isNull() ? null : cell.getStringValue());
        }
        rows.add(cells);
      }
      return Optional.of(rows);
    } catch (BigQueryException e) {
      if (e.getCode() == 404 || String.valueOf(e.getMessage()).contains("Not found: Table")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  String dayNumber(String column) {
    return "DATE_DIFF(" + column + ", DATE '1970-01-01', DAY)";
  }

  @Override
  String secondNumber(String expression) {
    return "UNIX_SECONDS(" + expression + ")";
  }

  @Override
  String md5(String column) {
    return "TO_HEX(MD5(" + column + "))";
  }

  @Override
  public void close() {}
}
