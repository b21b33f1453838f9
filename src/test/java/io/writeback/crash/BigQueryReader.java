package io.writeback.crash;

import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.SqlClient;
import java.util.List;

/** BigQuery through its Java client. */
final class BigQueryReader extends WarehouseReader {
  /** In every query, so that faults can pass it by. */
  static final String MARK = "/* reader */ ";

  private final SqlClient client;

  BigQueryReader(BigQueryStandIn standIn) {
    client = new SqlClient(standIn);
  }

  @Override
  List<List<String>> query(String sql) throws InterruptedException {
    return client.rows(MARK + sql);
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
