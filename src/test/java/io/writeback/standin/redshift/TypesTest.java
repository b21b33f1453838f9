package io.writeback.standin.redshift;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;

/** Every common type through a prepared statement that the driver keeps on the server. */
class TypesTest {
  private static final String TABLE =
      "CREATE TABLE typed (n INT, s SMALLINT, i INTEGER, b BIGINT, d DECIMAL(20,4), r REAL, f DOUBLE PRECISION,"
          + " o BOOLEAN, c CHAR(3), v VARCHAR(100), day DATE, ts TIMESTAMP, tz TIMESTAMPTZ, raw VARBYTE)";

  @Test
  void aPreparedStatementCarriesEveryType() throws Exception {
    try (RedshiftFixture redshift = new RedshiftFixture();
        Connection connection = redshift.connect()) {
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
        insert.setObject(13, java.time.OffsetDateTime.parse("2026-02-28T23:59:59.5Z"));
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
      assertEquals(
          java.time.Instant.parse("2026-02-28T23:59:59.5Z"), row.getTimestamp("tz").toInstant());
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
}
