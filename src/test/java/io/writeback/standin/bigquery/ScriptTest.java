package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.BigQuery.JobListOption;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatistics.QueryStatistics;
import com.google.cloud.bigquery.QueryJobConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ScriptTest {
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
  void aPromotionIsACompareAndSet() throws Exception {
    bq.run("CREATE TABLE ds.control AS SELECT CAST(-1 AS INT64) AS promoted");
    bq.run("CREATE TABLE ds.target (a INT64)");
    bq.run("CREATE TABLE ds.staging AS SELECT n AS a FROM UNNEST(GENERATE_ARRAY(1, 10)) AS n");
    String promote =
        """
        BEGIN TRANSACTION;
        UPDATE ds.control SET promoted = 7 WHERE promoted < 7;
        ASSERT @@row_count = 1 AS 'already promoted';
        ASSERT (SELECT COUNT(DISTINCT a) FROM ds.staging) = 10 AS 'count differs';
        TRUNCATE TABLE ds.target;
        INSERT INTO ds.target (a) SELECT a FROM ds.staging;
        COMMIT TRANSACTION;
        """;
    Job first = bq.run(promote);
    assertNull(first.getStatus().getError());
    assertEquals(List.of(List.of("10")), bq.rows("SELECT COUNT(*) FROM ds.target"));
    Job second = bq.run(promote);
    assertEquals("already promoted", second.getStatus().getError().getMessage());
    assertEquals(List.of(List.of("7")), bq.rows("SELECT promoted FROM ds.control"));
    List<Long> affected = new ArrayList<>();
    String parent = first.getJobId().getJob();
    for (Job child : bq.client.listJobs(JobListOption.parentJobId(parent)).iterateAll()) {
      QueryStatistics statistics = child.getStatistics();
      assertEquals(parent, statistics.getParentJobId());
      affected.add(statistics.getNumDmlAffectedRows());
    }
    assertEquals(List.of(0L, 1L, 10L), affected.stream().sorted().toList());
  }

  @Test
  void anErrorRollsBackWhatTheTransactionDid() throws Exception {
    bq.run("CREATE TABLE ds.back AS SELECT 1 AS a");
    Job job =
        bq.run("BEGIN TRANSACTION; DELETE FROM ds.back WHERE TRUE; SELECT ERROR('no'); COMMIT");
    assertTrue(job.getStatus().getError().getMessage().contains("no"));
    assertEquals(List.of(List.of("1")), bq.rows("SELECT COUNT(*) FROM ds.back"));
    Job ddl = bq.run("BEGIN TRANSACTION; DROP TABLE ds.back; COMMIT");
    assertTrue(ddl.getStatus().getError().getMessage().contains("not supported in a transaction"));
  }

  @Test
  void variablesLoopsAndHandlers() throws Exception {
    assertEquals(
        List.of(List.of("15", "caught: stop", "big")),
        bq.rows(
            """
            DECLARE total, i INT64 DEFAULT 0;
            DECLARE message, size STRING;
            WHILE i < 5 DO
              SET i = i + 1;
              SET total = total + i;
            END WHILE;
            BEGIN
              RAISE USING MESSAGE = 'stop';
            EXCEPTION WHEN ERROR THEN
              SET message = CONCAT('caught: ', @@error.message);
            END;
            IF total > 10 THEN SET size = 'big'; ELSEIF total > 5 THEN SET size = 'middle';
            ELSE SET size = 'small'; END IF;
            SELECT total, message, size;"""));
  }

  @Test
  void oneOfTwoRacingTransactionsIsCancelled() throws Exception {
    bq.run("CREATE TABLE ds.race AS SELECT 0 AS n");
    String update =
        "BEGIN TRANSACTION; UPDATE ds.race SET n = n + 1 WHERE TRUE;"
            + " SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 150000)) a"
            + " WHERE MOD(a, 7) = 3 AND TO_HEX(SHA256(CAST(a AS STRING))) LIKE '%00ff00%'; COMMIT;";
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      jobs.add(
          bq.client.create(
              JobInfo.of(
                  JobId.of(UUID.randomUUID().toString()), QueryJobConfiguration.of(update))));
    }
    int done = 0;
    for (Job job : jobs) {
      Job end = bq.end(job);
      if (end.getStatus().getError() == null) {
        done++;
      } else {
        assertTrue(
            end.getStatus().getError().getMessage().contains("due to concurrent update"),
            () -> end.getStatus().toString());
      }
    }
    assertTrue(done >= 1);
    assertEquals(List.of(List.of(Integer.toString(done))), bq.rows("SELECT n FROM ds.race"));
  }

  @Test
  void statementsOutsideOfTransactionsQueue() throws Exception {
    bq.run("CREATE TABLE ds.queue AS SELECT 0 AS n");
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(
          bq.client.create(
              JobInfo.of(
                  JobId.of(UUID.randomUUID().toString()),
                  QueryJobConfiguration.of("UPDATE ds.queue SET n = n + 1 WHERE TRUE"))));
    }
    for (Job job : jobs) {
      assertNull(bq.end(job).getStatus().getError());
    }
    assertEquals(List.of(List.of("6")), bq.rows("SELECT n FROM ds.queue"));
  }
}
