package io.writeback.standin.redshift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real driver against the stand-in: login, both query protocols, transactions, types. */
class SessionTest {
  private static final String TABLE =
      "CREATE TABLE typed (n INT, s SMALLINT, i INTEGER, b BIGINT, d DECIMAL(20,4), r REAL, f DOUBLE PRECISION,"
          + " o BOOLEAN, c CHAR(3), v VARCHAR(100), day DATE, ts TIMESTAMP, tz TIMESTAMPTZ, raw VARBYTE)";

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

  /** What the proxy does for the client inside a transaction leaves nothing behind that fails. */
  @Test
  void aSessionWhoseWaitForAWriterTimedOutCanWriteLater() throws SQLException {
    try (Connection session = redshift.connect();
        Connection other = DriverManager.getConnection(redshift.standIn.adminUrl())) {
      RedshiftFixture.run(session, "CREATE TABLE held (id INT)", "SET statement_timeout TO 300");
      session.setAutoCommit(false);
      // Past the proxy, and so without the lock of a writer: the wait is the proxy's own.
      other.setAutoCommit(false);
      RedshiftFixture.run(other, "INSERT INTO held VALUES (1)");
      SQLException late = assertThrows(SQLException.class, () -> hold(session, 2));
      assertEquals("57014", late.getSQLState());
      session.rollback();
      other.commit();
      hold(session, 3);
      session.commit();
      assertEquals("1|3", redshift.truth("SELECT string_agg(id::text, '|' ORDER BY id) FROM held"));
    }
  }

  private static void hold(Connection connection, int id) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO held VALUES (?)")) {
      insert.setInt(1, id);
      insert.executeUpdate();
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

  @Test
  void aPreparedStatementCarriesEveryType() throws Exception {
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, TABLE, "SET timezone TO 'UTC'");
      insertTenTimes(connection);
      try (PreparedStatement query =
          connection.prepareStatement("SELECT * FROM typed WHERE n >= ? ORDER BY n")) {
        for (int n = 0; n < 10; n++) {
          query.setInt(1, n);
          check(query, n);
        }
      }
      nulls(connection);
    }
  }

  private static void insertTenTimes(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO typed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, TO_VARBYTE(?, 'hex'))")) {
      for (int n = 0; n < 10; n++) {
        insert.setInt(1, n);
        insert.setShort(2, (short) -n);
        insert.setInt(3, Integer.MAX_VALUE - n);
        insert.setLong(4, Long.MIN_VALUE + n);
        insert.setBigDecimal(
            5, new BigDecimal("1234567890123456.7891").subtract(BigDecimal.valueOf(n)));
        insert.setFloat(6, n + 0.5f);
        insert.setDouble(7, n / 3.0);
        insert.setBoolean(8, n % 2 == 0);
        insert.setString(9, "abc");
        insert.setString(10, "it's \\ \u20ac \"" + n);
        insert.setDate(11, Date.valueOf("2026-02-28"));
        insert.setTimestamp(12, Timestamp.valueOf("2026-02-28 23:59:59.123456"));
        insert.setObject(13, OffsetDateTime.parse("2026-02-28T23:59:59.5Z"));
        insert.setString(14, "00ff");
        assertEquals(1, insert.executeUpdate());
      }
    }
  }

  private static void check(PreparedStatement query, int n) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      assertTrue(row.next());
      assertEquals(n, row.getInt("n"));
      assertEquals(-n, row.getShort("s"));
      assertEquals(Integer.MAX_VALUE - n, row.getInt("i"));
      assertEquals(Long.MIN_VALUE + n, row.getLong("b"));
      assertEquals(
          new BigDecimal("1234567890123456.7891").subtract(BigDecimal.valueOf(n)),
          row.getBigDecimal("d"));
      assertEquals(n + 0.5f, row.getFloat("r"));
      assertEquals(n / 3.0, row.getDouble("f"));
      assertEquals(n % 2 == 0, row.getBoolean("o"));
      assertEquals("abc", row.getString("c"));
      assertEquals("it's \\ \u20ac \"" + n, row.getString("v"));
      assertEquals(LocalDate.parse("2026-02-28"), row.getDate("day").toLocalDate());
      assertEquals(
          LocalDateTime.parse("2026-02-28T23:59:59.123456"),
          row.getTimestamp("ts").toLocalDateTime());
      assertEquals(Instant.parse("2026-02-28T23:59:59.5Z"), row.getTimestamp("tz").toInstant());
      assertArrayEquals("\0\u00ff".getBytes(StandardCharsets.ISO_8859_1), row.getBytes("raw"));
    }
  }

  private static void nulls(Connection connection) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO typed (n, v, day, d) VALUES (-1, ?, ?, ?)")) {
      insert.setNull(1, Types.VARCHAR);
      insert.setNull(2, Types.DATE);
      insert.setNull(3, Types.NUMERIC);
      insert.executeUpdate();
    }
    try (PreparedStatement query =
            connection.prepareStatement("SELECT v, day, d FROM typed WHERE n = -1");
        ResultSet row = query.executeQuery()) {
      assertTrue(row.next());
      assertNull(row.getString(1));
      assertNull(row.getDate(2));
      assertNull(row.getBigDecimal(3));
    }
  }

  @Test
  void theSimpleProtocolTakesSeveralStatementsThatSucceedOrFailTogether() throws Exception {
    redshift.objects.put("simple", "5\n");
    try (Connection connection = redshift.connect("preferQueryMode=simple")) {
      RedshiftFixture.run(
          connection,
          "CREATE TABLE simple (id INT); INSERT INTO simple VALUES (1); LOCK simple",
          "COPY simple FROM 's3://stage/simple'" + MemoryObjects.AUTH + "CSV");
      assertEquals("1", RedshiftFixture.value(connection, "SELECT pg_last_copy_count()"));
      assertThrows(
          SQLException.class,
          () ->
              RedshiftFixture.run(
                  connection, "INSERT INTO simple VALUES (2); INSERT INTO simple VALUES ('x')"));
      assertThrows(
          SQLException.class,
          () -> RedshiftFixture.run(connection, "INSERT INTO simple VALUES (3); SAVEPOINT a"));
      assertEquals(
          "2|6", RedshiftFixture.value(connection, "SELECT count(*), sum(id) FROM simple"));
    }
  }

  @Test
  void aResultIsReadInPortions() throws SQLException {
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, "CREATE TABLE portions (id INT)");
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO portions VALUES (?)")) {
        for (int i = 0; i < 50; i++) {
          insert.setInt(1, i);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      try (PreparedStatement query = connection.prepareStatement("SELECT id FROM portions")) {
        query.setFetchSize(7);
        int sum = 0;
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            sum += rows.getInt(1);
          }
        }
        assertEquals(1225, sum);
      }
    }
  }

  @Test
  void whatIsNotCommittedWhenTheClientGoesIsRolledBack() throws SQLException {
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(
          connection, "CREATE TABLE gone (id INT)", "BEGIN", "INSERT INTO gone VALUES (1)");
    }
    try (Connection connection = redshift.connect()) {
      RedshiftFixture.run(connection, "BEGIN", "LOCK TABLE gone, pg_temp_unknown");
    } catch (SQLException e) {
      assertEquals("42P01", e.getSQLState());
    }
    assertEquals("0", redshift.truth("SELECT count(*) FROM gone"));
  }
}
