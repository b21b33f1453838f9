package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatistics.QueryStatistics;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.QueryParameterValue;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.bigquery.TableResult;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryJobTest {
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void aQueryWithoutTablesReturnsItsRow() throws Exception {
    assertEquals(List.of(List.of("1", "x")), bq.rows("SELECT 1, 'x' AS b /* note */"));
    TableResult result = bq.client.query(QueryJobConfiguration.of("SELECT 1, 2 AS b, 3"));
    assertEquals(
        List.of("f0_", "b", "f1_"),
        result.getSchema().getFields().stream().map(Field::getName).toList());
  }

  @Test
  void ddlAndDmlCountTheirRows() throws Exception {
    bq.run("CREATE TABLE ds.dml (id INT64 NOT NULL, name STRING, ts TIMESTAMP)");
    assertEquals(3, affected("INSERT INTO ds.dml (id, name) VALUES (1,'a'),(2,'b'),(3,NULL)"));
    assertEquals(
        1, affected("UPDATE ds.dml SET name = 'c', ts = CURRENT_TIMESTAMP() WHERE id = 3"));
    assertEquals(1, affected("DELETE FROM `local-project.ds.dml` WHERE name = 'a'"));
    assertEquals(
        List.of(List.of("2", "b"), List.of("3", "c")),
        bq.rows("SELECT id, name FROM ds.dml ORDER BY id"));
    assertEquals(
        3,
        affected(
            """
            MERGE INTO ds.dml AS t USING (
              SELECT 2 AS id, 'new' AS name, FALSE AS gone UNION ALL
              SELECT 3, '', TRUE UNION ALL SELECT 9, 'nine', FALSE) AS s
            ON t.id = s.id
            WHEN MATCHED AND s.gone THEN DELETE
            WHEN MATCHED THEN UPDATE SET t.name = s.name
            WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)"""));
    assertEquals(
        List.of(List.of("2", "new"), List.of("9", "nine")),
        bq.rows("SELECT * EXCEPT (ts) FROM ds.dml ORDER BY id"));
    assertEquals(2, affected("TRUNCATE TABLE ds.dml"));
  }

  private static long affected(String sql) throws InterruptedException {
    Job job = bq.run(sql);
    assertNull(job.getStatus().getError(), () -> job.getStatus().toString());
    QueryStatistics statistics = job.getStatistics();
    return statistics.getNumDmlAffectedRows();
  }

  @Test
  void aMergeWithTwoSourceRowsForOneTargetRowFails() throws Exception {
    bq.run("CREATE TABLE ds.twice AS SELECT 1 AS id");
    Job job =
        bq.run(
            "MERGE ds.twice t USING (SELECT 1 AS id UNION ALL SELECT 1) s ON t.id = s.id"
                + " WHEN MATCHED THEN UPDATE SET id = 2");
    assertTrue(job.getStatus().getError().getMessage().contains("at most one source row"));
  }

  @Test
  void parametersOfEachKind() throws Exception {
    QueryJobConfiguration query =
        QueryJobConfiguration.newBuilder(
                "SELECT @s AS s, @i + 1 AS i, @n AS n, @b AS b, @t AS t, 3 IN UNNEST(@a) AS a, @x AS x")
            .addNamedParameter("s", QueryParameterValue.string("it's \\ \n 'quoted'"))
            .addNamedParameter("i", QueryParameterValue.int64(Long.MAX_VALUE - 1))
            .addNamedParameter("n", QueryParameterValue.numeric(new BigDecimal("-0.000000001")))
            .addNamedParameter("b", QueryParameterValue.bytes(new byte[] {0, -1}))
            .addNamedParameter(
                "t", QueryParameterValue.timestamp("2024-03-10 02:30:00.000001+00:00"))
            .addNamedParameter("a", QueryParameterValue.array(new Long[] {1L, 3L}, Long.class))
            .addNamedParameter("x", QueryParameterValue.of(null, StandardSQLTypeName.INT64))
            .build();
    var row = bq.client.query(query).iterateAll().iterator().next();
    assertEquals("it's \\ \n 'quoted'", row.get("s").getStringValue());
    assertEquals(Long.MAX_VALUE, row.get("i").getLongValue());
    assertEquals(new BigDecimal("-0.000000001"), row.get("n").getNumericValue());
    assertEquals(List.of((byte) 0, (byte) -1), bytes(row.get("b").getBytesValue()));
    assertEquals(1710037800000001L, row.get("t").getTimestampValue());
    assertTrue(row.get("a").getBooleanValue());
    assertTrue(row.get("x").isNull());
    QueryJobConfiguration positional =
        QueryJobConfiguration.newBuilder("SELECT ? || '-' || ?")
            .addPositionalParameter(QueryParameterValue.string("a"))
            .addPositionalParameter(QueryParameterValue.string("b"))
            .build();
    assertEquals(
        "a-b", bq.client.query(positional).iterateAll().iterator().next().get(0).getStringValue());
  }

  private static List<Byte> bytes(byte[] bytes) {
    List<Byte> list = new java.util.ArrayList<>();
    for (byte b : bytes) {
      list.add(b);
    }
    return list;
  }

  @Test
  void aDryRunCountsBytesAndRunsNothing() throws Exception {
    bq.run("CREATE TABLE ds.dry AS SELECT 1 AS a, 2 AS b FROM UNNEST(GENERATE_ARRAY(1, 100))");
    Job job =
        bq.client.create(
            JobInfo.of(
                QueryJobConfiguration.newBuilder("SELECT a FROM ds.dry").setDryRun(true).build()));
    QueryStatistics statistics = job.getStatistics();
    assertEquals(1600, statistics.getTotalBytesProcessed());
    assertEquals("a", statistics.getSchema().getFields().get(0).getName());
    BigQueryException error =
        assertThrows(
            BigQueryException.class,
            () ->
                bq.client.create(
                    JobInfo.of(
                        QueryJobConfiguration.newBuilder("SELECT nope FROM ds.dry")
                            .setDryRun(true)
                            .build())));
    assertEquals("invalidQuery", error.getReason());
    Job limited =
        bq.run(
            QueryJobConfiguration.newBuilder("SELECT * FROM ds.dry")
                .setMaximumBytesBilled(10L)
                .build());
    assertEquals("bytesBilledLimitExceeded", limited.getStatus().getError().getReason());
  }

  @Test
  void resultsArePagedInOrder() throws Exception {
    QueryJobConfiguration query =
        QueryJobConfiguration.of(
            "SELECT n FROM UNNEST(GENERATE_ARRAY(1, 2500)) AS n ORDER BY n DESC");
    TableResult result =
        bq.client.query(query, com.google.cloud.bigquery.BigQuery.JobOption.fields());
    long expected = 2500;
    for (var row : result.iterateAll()) {
      assertEquals(expected--, row.get(0).getLongValue());
    }
    assertEquals(0, expected);
    TableId rows = ((QueryJobConfiguration) bq.run(query).getConfiguration()).getDestinationTable();
    TableResult page =
        bq.client.listTableData(
            rows, com.google.cloud.bigquery.BigQuery.TableDataListOption.pageSize(700));
    int pages = 1;
    long seen =
        java.util.stream.StreamSupport.stream(page.getValues().spliterator(), false).count();
    while (page.hasNextPage()) {
      page = page.getNextPage();
      pages++;
      seen += java.util.stream.StreamSupport.stream(page.getValues().spliterator(), false).count();
    }
    assertTrue(pages > 1);
    assertEquals(2500, seen);
  }

  @Test
  void aDestinationTableFollowsItsDispositions() throws Exception {
    TableId id = TableId.of("ds", "dest");
    QueryJobConfiguration.Builder query =
        QueryJobConfiguration.newBuilder("SELECT 1 AS a").setDestinationTable(id);
    assertNull(bq.run(query.build()).getStatus().getError());
    assertEquals("duplicate", bq.run(query.build()).getStatus().getError().getReason());
    query.setWriteDisposition(JobInfo.WriteDisposition.WRITE_APPEND);
    assertNull(bq.run(query.build()).getStatus().getError());
    assertEquals(List.of(List.of("2")), bq.rows("SELECT COUNT(*) FROM ds.dest"));
    query.setWriteDisposition(JobInfo.WriteDisposition.WRITE_TRUNCATE);
    assertNull(bq.run(query.build()).getStatus().getError());
    assertEquals(List.of(List.of("1")), bq.rows("SELECT COUNT(*) FROM ds.dest"));
  }

  @Test
  void errorsNameTheirPlace() throws Exception {
    BigQueryException syntax = assertThrows(BigQueryException.class, () -> bq.rows("SELECT 'abc"));
    assertEquals("invalidQuery", syntax.getReason());
    assertTrue(
        syntax.getMessage().contains("Unclosed string literal at [1:8]"), syntax.getMessage());
    BigQueryException missing =
        assertThrows(BigQueryException.class, () -> bq.rows("SELECT 1 FROM ds.nothing"));
    assertTrue(missing.getMessage().contains("Not found: Table local-project:ds.nothing"));
  }

  @Test
  void shapesThatPeopleType() throws Exception {
    bq.run(
        """
        CREATE TABLE ds.orders (id INT64, ts TIMESTAMP, amount NUMERIC, tags ARRAY<STRING>,
          buyer STRUCT<name STRING, age INT64>)
        PARTITION BY DATE(ts) CLUSTER BY id OPTIONS (description = 'the orders', labels = [('a','b')])
        """);
    bq.run(
        """
        INSERT ds.orders VALUES
         (1, TIMESTAMP '2024-01-01 10:00:00 UTC', NUMERIC '1.5', ['x','y'], STRUCT('ann', 30)),
         (1, TIMESTAMP '2024-01-02 10:00:00 UTC', 2.5, [], STRUCT('ann', 31)),
         (2, TIMESTAMP_ADD(TIMESTAMP '2024-01-02', INTERVAL 3 HOUR), 3, NULL, NULL)""");
    assertEquals(
        List.of(List.of("1", "2.5", "31"), List.of("2", "3", "null")),
        text(
            bq.rows(
                """
                SELECT id, amount, buyer.age FROM ds.orders
                QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts DESC) = 1 ORDER BY id""")));
    assertEquals(
        List.of(List.of("2", "2", "7", "true")),
        bq.rows(
            """
            WITH days AS (SELECT DATE(ts) AS d, o.* EXCEPT (ts) FROM ds.orders AS o)
            SELECT COUNT(DISTINCT d), COUNTIF(amount > 2), SUM(amount),
              IF(MAX(d) = DATE '2024-01-02', TRUE, FALSE)
            FROM days"""));
    assertEquals(
        List.of(List.of("x"), List.of("y")),
        bq.rows("SELECT t FROM ds.orders AS o, UNNEST(o.tags) AS t ORDER BY t"));
    assertEquals(
        List.of(List.of("null", "a-7", "2024-01-01", "3600")),
        text(
            bq.rows(
                """
                SELECT SAFE_CAST('x' AS INT64), FORMAT('%s-%d', 'a', 7),
                 FORMAT_TIMESTAMP('%Y-%m-%d', TIMESTAMP '2024-01-01 23:59:59+00'),
                 TIMESTAMP_DIFF(TIMESTAMP '2024-01-01 01:00:00', TIMESTAMP '2024-01-01', SECOND)""")));
    assertEquals(
        List.of(List.of("orders", "BASE TABLE")),
        bq.rows(
            "SELECT table_name, table_type FROM `local-project.ds.INFORMATION_SCHEMA.TABLES`"
                + " WHERE table_name = 'orders'"));
    assertEquals(
        List.of(
            List.of("tags", "ARRAY<STRING>"), List.of("buyer", "STRUCT<name STRING, age INT64>")),
        bq.rows(
            "SELECT column_name, data_type FROM ds.INFORMATION_SCHEMA.COLUMNS"
                + " WHERE table_name = 'orders' AND ordinal_position > 3 ORDER BY ordinal_position"));
    assertEquals(
        List.of(List.of("\"the orders\"")),
        bq.rows(
            "SELECT option_value FROM ds.INFORMATION_SCHEMA.TABLE_OPTIONS"
                + " WHERE table_name = 'orders' AND option_name = 'description'"));
  }

  private static List<List<String>> text(List<List<String>> rows) {
    return rows.stream().map(r -> r.stream().map(String::valueOf).toList()).toList();
  }
}
