package io.writeback.crash;

import com.google.auth.oauth2.ServiceAccountCredentials;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQueryOptions;
import com.google.cloud.bigquery.FieldValue;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryJobConfiguration;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** BigQuery through its Java client. */
final class BigQueryReader extends WarehouseReader {
  /** In every query, so that faults can pass it by. */
  static final String MARK = "/* reader */ ";

  private final BigQuery client;

  BigQueryReader(BigQueryStandIn standIn) throws IOException {
    String key = standIn.serviceAccountJson();
    client =
        BigQueryOptions.newBuilder()
            .setHost(standIn.endpoint().toString())
            .setProjectId(standIn.project())
            .setCredentials(
                ServiceAccountCredentials.fromStream(
                    new ByteArrayInputStream(key.getBytes(StandardCharsets.UTF_8))))
            .build()
            .getService();
  }

  @Override
  List<List<String>> query(String sql) throws InterruptedException {
    QueryJobConfiguration query =
        QueryJobConfiguration.newBuilder(MARK + sql).setUseQueryCache(false).build();
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

  @Override
  String from(String table) {
    return "`" + Cloud.NAMESPACE + "`.`" + table + "`";
  }

  @Override
  String columnsOf(String table) {
    return "SELECT column_name FROM `"
        + Cloud.NAMESPACE
        + "`.INFORMATION_SCHEMA.COLUMNS WHERE table_name = '"
        + table
        + "'";
  }

  @Override
  String tablesLike(String prefix) {
    return "SELECT table_name FROM `" + Cloud.NAMESPACE + "`.INFORMATION_SCHEMA.TABLES";
  }

  @Override
  public void close() {}
}
