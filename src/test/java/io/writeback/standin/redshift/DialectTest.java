package io.writeback.standin.redshift;

import static io.writeback.standin.redshift.RedshiftFixture.rows;
import static io.writeback.standin.redshift.RedshiftFixture.run;
import static io.writeback.standin.redshift.RedshiftFixture.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Redshift does otherwise than PostgreSQL. */
class DialectTest {
  private static RedshiftFixture redshift;
  private Connection connection;

  @BeforeAll
  static void start() throws Exception {
    redshift = new RedshiftFixture();
  }

  @AfterAll
  static void stop() {
    redshift.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = redshift.connect();
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  private SQLException refused(String sql) {
    return assertThrows(SQLException.class, () -> run(connection, sql));
  }

  @Test
  void truncateCommitsTheTransactionItIsIn() throws SQLException {
    run(connection, "CREATE TABLE cut (id INT)", "CREATE TABLE other (id INT)");
    connection.setAutoCommit(false);
    run(connection, "INSERT INTO other VALUES (1)", "TRUNCATE cut");
    connection.rollback();
    assertEquals("1", value(connection, "SELECT count(*) FROM other"));
  }

  @Test
  void alterColumnTypeIsOutsideOfTransactionsAndForOtherSizesOnly() throws SQLException {
    run(connection, "CREATE TABLE widened (name VARCHAR(10), id INT)");
    connection.setAutoCommit(false);
    SQLException inside = refused("ALTER TABLE widened ALTER COLUMN name TYPE VARCHAR(20)");
    assertTrue(inside.getMessage().contains("cannot run inside a transaction block"));
    connection.rollback();
    assertTrue(
        refused("ALTER TABLE widened APPEND FROM widened")
            .getMessage()
            .contains("cannot run inside a transaction block"));
    connection.rollback();
    connection.setAutoCommit(true);
    run(connection, "ALTER TABLE widened ALTER COLUMN name TYPE VARCHAR(20)");
    assertTrue(
        refused("ALTER TABLE widened ALTER COLUMN name TYPE VARCHAR(20)")
            .getMessage()
            .contains("target column size should be different"));
    refused("ALTER TABLE widened ALTER COLUMN id TYPE BIGINT");
    assertEquals(
        "20",
        value(
            connection,
            "SELECT character_maximum_length FROM information_schema.columns WHERE table_name = 'widened' AND column_name = 'name'"));
  }

  @Test
  void oneColumnIsAddedPerStatementAlsoInATransaction() throws SQLException {
    run(connection, "CREATE TABLE grown (id INT)");
    connection.setAutoCommit(false);
    run(connection, "ALTER TABLE grown ADD COLUMN a VARCHAR(5) ENCODE zstd");
    connection.commit();
    refused("ALTER TABLE grown ADD COLUMN b INT, ADD COLUMN c INT");
    connection.rollback();
    refused("ALTER TABLE grown ADD COLUMN d INT NOT NULL");
    connection.rollback();
    refused("ALTER TABLE grown ADD COLUMN IF NOT EXISTS e INT");
  }

  @Test
  void storageAttributesAreAcceptedIfValidAndKeysAreNotEnforced() throws SQLException {
    run(
        connection,
        "CREATE TABLE stored (id BIGINT IDENTITY(1,1) ENCODE az64, k INT NOT NULL DISTKEY, v VARCHAR(MAX) ENCODE lzo,"
            + " PRIMARY KEY (k), UNIQUE (v)) DISTSTYLE KEY COMPOUND SORTKEY (k, v) BACKUP NO",
        "INSERT INTO stored (k, v) VALUES (1, 'a')",
        "INSERT INTO stored (k, v) VALUES (1, 'a')",
        "CREATE TEMP TABLE copied DISTSTYLE ALL SORTKEY (k) AS SELECT k, v FROM stored");
    assertEquals("2", value(connection, "SELECT count(*) FROM copied"));
    refused("CREATE TABLE wrong (id INT ENCODE nothing)");
    refused("CREATE TABLE wrong (id INT) DISTSTYLE SOME");
    refused("CREATE TABLE wrong (id INT) PARTITION BY HASH (id)");
  }

  @Test
  void varcharCountsBytesAndHasADefaultAndAMaximum() throws SQLException {
    run(connection, "CREATE TABLE bytes (v VARCHAR(4), d VARCHAR, t TEXT, m VARCHAR(MAX))");
    assertEquals(
        List.of("v|4", "d|256", "t|256", "m|65535"),
        rows(
            connection,
            "SELECT column_name, character_maximum_length FROM svv_columns WHERE table_name = 'bytes' ORDER BY ordinal_position"));
    run(connection, "INSERT INTO bytes (v) VALUES ('\u00e9\u00e9'), ('abcd   ')");
    assertEquals("22001", refused("INSERT INTO bytes (v) VALUES ('\u00e9\u00e9e')").getSQLState());
    assertEquals(
        "\u00e9\u00e9", value(connection, "SELECT CAST('\u00e9\u00e9\u00e9' AS VARCHAR(5))"));
    refused("CREATE TABLE wrong (v VARCHAR(65536))");
  }

  @Test
  void namesAreFoldedEvenInQuotesAndCutAt127Bytes() throws SQLException {
    String name = "n".repeat(100);
    run(
        connection,
        "CREATE TABLE \"MixedCase\" (\"Some Column\" INT, "
            + name
            + "a INT, \""
            + name
            + "b\" INT)",
        "INSERT INTO mixedcase VALUES (1, 2, 3)");
    assertEquals(
        List.of("some column", name + "a", name + "b"),
        rows(
            connection,
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'mixedcase' ORDER BY ordinal_position"));
    assertEquals("1|3", value(connection, "SELECT \"SOME COLUMN\", " + name + "b FROM MixedCase"));
    try (ResultSet result = connection.createStatement().executeQuery("SELECT * FROM mixedcase")) {
      assertEquals(name + "b", result.getMetaData().getColumnName(3));
    }
    String long130 = "x".repeat(130);
    run(connection, "CREATE TABLE t" + long130 + " (id INT)");
    assertEquals(
        "1",
        value(
            connection,
            "SELECT count(*) FROM svv_tables WHERE table_name = 't" + "x".repeat(126) + "'"));
    run(
        connection,
        "SET enable_case_sensitive_identifier TO true",
        "CREATE TABLE \"Kept\" (id INT)");
    assertEquals(
        "1", value(connection, "SELECT count(*) FROM svv_tables WHERE table_name = 'Kept'"));
  }

  @Test
  void superAndVarbyteKeepTheirValues() throws SQLException {
    run(
        connection,
        "CREATE TABLE semi (doc SUPER, raw VARBYTE(100))",
        "INSERT INTO semi SELECT JSON_PARSE('{\"a\":[1,2]}'), TO_VARBYTE('6162', 'hex')");
    assertEquals(
        "{\"a\": [1, 2]}|6162",
        value(connection, "SELECT JSON_SERIALIZE(doc), FROM_VARBYTE(raw, 'hex') FROM semi"));
    assertEquals(
        List.of("super", "binary varying"),
        rows(
            connection,
            "SELECT data_type FROM svv_columns WHERE table_name = 'semi' ORDER BY ordinal_position"));
    try (ResultSet result =
        connection.createStatement().executeQuery("SELECT doc, raw FROM semi")) {
      assertTrue(result.next());
      assertEquals("{\"a\": [1, 2]}", result.getString(1));
      assertEquals("super", result.getMetaData().getColumnTypeName(1));
      assertEquals(
          "ab", new String(result.getBytes(2), java.nio.charset.StandardCharsets.US_ASCII));
    }
  }

  @Test
  void mergeRefusesASecondMatchAndDoesTheRest() throws SQLException {
    run(
        connection,
        "CREATE TABLE target (id INT, v VARCHAR(5))",
        "CREATE TABLE source (id INT, v VARCHAR(5))",
        "INSERT INTO target VALUES (1, 'old'), (2, 'old')",
        "INSERT INTO source VALUES (2, 'new'), (3, 'new')");
    String merge =
        "MERGE INTO target USING source s ON target.id = s.id"
            + " WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)";
    run(connection, merge);
    assertEquals(
        List.of("1|old", "2|new", "3|new"), rows(connection, "SELECT * FROM target ORDER BY id"));
    run(
        connection,
        "MERGE INTO target USING source ON target.id = source.id WHEN MATCHED THEN DELETE"
            + " WHEN NOT MATCHED THEN INSERT VALUES (source.id, source.v)");
    assertEquals(List.of("1|old"), rows(connection, "SELECT * FROM target"));
    run(connection, "INSERT INTO source VALUES (1, 'x'), (1, 'y')");
    assertTrue(refused(merge).getMessage().contains("multiple matches"));
    run(connection, "MERGE INTO target USING source ON target.id = source.id REMOVE DUPLICATES");
    assertEquals("4", value(connection, "SELECT count(*) FROM target"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE no (id SERIAL)",
        "CREATE TABLE no (id INT[])",
        "CREATE TABLE no (id UUID)",
        "CREATE TABLE no (id JSONB)",
        "CREATE INDEX no ON pg_class (relname)",
        "SELECT ARRAY[1, 2]",
        "SELECT DISTINCT ON (relname) relname FROM pg_class",
        "SAVEPOINT a",
        "COPY pg_class FROM STDIN",
        "COPY pg_class TO STDOUT",
        "LOCK pg_class IN SHARE MODE",
        "CREATE TABLE no (id DECIMAL(39,2))",
        "UNLOAD ('SELECT 1') TO 's3://stage/x'"
      })
  void whatRedshiftDoesNotKnowIsRefused(String sql) {
    refused(sql);
  }

  @Test
  void returningAndOnConflictAreRefused() throws SQLException {
    run(connection, "CREATE TABLE plain (id INT)");
    refused("INSERT INTO plain VALUES (1) RETURNING id");
    refused("INSERT INTO plain VALUES (1) ON CONFLICT DO NOTHING");
    assertEquals("0", value(connection, "SELECT count(*) FROM plain"));
  }

  @Test
  void timesOfTheCluster() throws SQLException {
    assertEquals(
        "t",
        value(
                connection,
                "SELECT GETDATE() BETWEEN SYSDATE - interval '1 minute' AND SYSDATE + interval '1 minute'")
            .substring(0, 1));
  }

  @Test
  void aBackslashEscapesInsideOfALiteral() throws SQLException {
    assertEquals("it's|a\\b", value(connection, "SELECT 'it\\'s', 'a\\\\b'"));
  }

  @Test
  void isolationAskedForIsTheIsolationOfTheDatabase() throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    connection.setAutoCommit(false);
    assertEquals("repeatable read", value(connection, "SHOW transaction_isolation"));
  }
}
