package io.writeback.standin.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real driver against the stand-in: login, both query protocols, transactions, types. */
class SessionTest {
  private static RedshiftFixture redshift;

  @BeforeAll
  static void start() throws Exception {
    redshift = new RedshiftFixture();
  }

  @AfterAll
  static void stop() {
    redshift.close();
  }

  @Test
  void theDriverConnectsAndSeesRedshift() throws SQLException {
    try (Connection connection = redshift.connect()) {
      assertTrue(RedshiftFixture.value(connection, "SELECT version()").contains("Redshift 1.0"));
      assertEquals("1", RedshiftFixture.value(connection, "SELECT 1"));
      assertEquals(
          "1",
          RedshiftFixture.value(
              connection, "SELECT count(*) FROM stv_sessions WHERE process = pg_backend_pid()"));
    }
  }

  @Test
  void copyFromAManifestInATransaction() throws Exception {
    redshift.objects.putZstd("first/1.csv.zst", "1,one\n2,\"two, too\"\n");
    redshift.objects.putZstd("first/2.csv.zst", "3,@null@\n");
    redshift.objects.putManifest("first/manifest", "first/1.csv.zst", "first/2.csv.zst");
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, "CREATE TABLE first (id BIGINT, name VARCHAR(20))");
      connection.setAutoCommit(false);
      String copy =
          "COPY first(id, name) FROM 's3://stage/first/manifest' IAM_ROLE 'arn:aws:iam::1:role/copy' MANIFEST CSV ZSTD NULL AS '@null@' TIMEFORMAT 'auto' ROUNDEC COMPUPDATE OFF STATUPDATE OFF";
      RedshiftFixture.run(connection, "LOCK first", copy);
      assertEquals("3", RedshiftFixture.value(connection, "SELECT pg_last_copy_count()"));
      connection.rollback();
      assertEquals("0", redshift.truth("SELECT count(*) FROM first"));
      RedshiftFixture.run(connection, "LOCK first", copy);
      connection.commit();
      assertEquals(
          List.of("1|one", "2|two, too", "3|null"),
          RedshiftFixture.rows(connection, "SELECT * FROM first ORDER BY id"));
    }
  }

  @Test
  void aStatementThatFailsAbortsTheTransaction() throws SQLException {
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, "CREATE TABLE aborted (id INT)");
      connection.setAutoCommit(false);
      RedshiftFixture.run(connection, "INSERT INTO aborted VALUES (1)");
      SQLException refused =
          assertThrows(
              SQLException.class,
              () ->
                  RedshiftFixture.run(
                      connection, "INSERT INTO aborted VALUES (1) ON CONFLICT DO NOTHING"));
      assertEquals("0A000", refused.getSQLState());
      SQLException after =
          assertThrows(SQLException.class, () -> RedshiftFixture.value(connection, "SELECT 1"));
      assertEquals("25P02", after.getSQLState());
      connection.rollback();
      assertEquals("0", RedshiftFixture.value(connection, "SELECT count(*) FROM aborted"));
    }
  }

  @Test
  void preparedStatementsAndBatches() throws SQLException {
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, "CREATE TABLE batched (id INT, name VARCHAR(10))");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO batched VALUES (?, ?)")) {
        for (int i = 0; i < 100; i++) {
          insert.setInt(1, i);
          insert.setString(2, "n" + i);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      assertEquals(
          "100|4950", RedshiftFixture.value(connection, "SELECT count(*), sum(id) FROM batched"));
    }
  }
}
