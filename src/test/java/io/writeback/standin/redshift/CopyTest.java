package io.writeback.standin.redshift;

import static io.writeback.standin.redshift.MemoryObjects.AUTH;
import static io.writeback.standin.redshift.RedshiftFixture.rows;
import static io.writeback.standin.redshift.RedshiftFixture.run;
import static io.writeback.standin.redshift.RedshiftFixture.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** COPY from S3, as the driver sends it. */
class CopyTest {
  private static RedshiftFixture redshift;
  private static MemoryObjects objects;
  private Connection connection;

  @BeforeAll
  static void start() throws Exception {
    redshift = new RedshiftFixture();
    objects = redshift.objects;
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

  private static String copy(String table, String key, String options) {
    return "COPY " + table + " FROM 's3://stage/" + key + "'" + AUTH + options;
  }

  @Test
  void aPrefixIsAllObjectsThatBeginWithItInAnyCompression() throws Exception {
    run(connection, "CREATE TABLE prefixed (id INT, v VARCHAR(10))");
    objects.putGzip("prefix/a1.gz", "id,v\n1,x\n");
    objects.putGzip("prefix/a2.gz", "id,v\n2,y\r\n");
    objects.put("prefix/b", "3|'z|z'\n");
    run(connection, copy("prefixed", "prefix/a", "GZIP CSV IGNOREHEADER 1"));
    assertEquals("2", value(connection, "SELECT pg_last_copy_count()"));
    run(connection, copy("prefixed", "prefix/b", "FORMAT AS CSV DELIMITER '|' QUOTE AS ''''"));
    assertEquals(
        List.of("1|x", "2|y", "3|z|z"), rows(connection, "SELECT * FROM prefixed ORDER BY id"));
    assertTrue(refused(copy("prefixed", "none/", "CSV")).getMessage().contains("does not exist"));
  }

  @Test
  void aManifestLoadsTwiceWhatItListsTwiceAndSkipsWhatIsNotMandatory() throws Exception {
    run(connection, "CREATE TABLE listed (id INT)");
    objects.put("listed/1", "1\n");
    objects.put(
        "listed/manifest",
        "{\"entries\":[{\"url\":\"s3://stage/listed/1\"},{\"url\":\"s3://stage/listed/1\"},{\"url\":\"s3://stage/listed/none\"}]}");
    run(connection, copy("listed", "listed/manifest", "MANIFEST CSV"));
    assertEquals("2", value(connection, "SELECT count(*) FROM listed"));
    objects.putManifest("listed/strict", "listed/1", "listed/none");
    SQLException missing = refused(copy("listed", "listed/strict", "MANIFEST CSV"));
    assertTrue(missing.getMessage().contains("NoSuchKey"));
    assertEquals("XX000", missing.getSQLState());
    assertEquals("0", value(connection, "SELECT pg_last_copy_count()"));
    assertTrue(
        refused(copy("listed", "listed/nomanifest", "MANIFEST CSV"))
            .getMessage()
            .contains("Problem reading manifest"));
    assertTrue(
        refused(copy("listed", "listed/1", "MANIFEST CSV")).getMessage().contains("Manifest"));
    assertEquals("2", redshift.truth("SELECT count(*) FROM listed"));
  }

  @Test
  void credentialsMustBeRightAndOfOneKind() throws Exception {
    run(connection, "CREATE TABLE secured (id INT)");
    objects.put("secured/1", "1\n");
    assertTrue(
        refused(
                "COPY secured FROM 's3://stage/secured/1' ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY 'y' CSV")
            .getMessage()
            .contains("InvalidAccessKeyId"));
    assertTrue(
        refused("COPY secured FROM 's3://stage/secured/1' IAM_ROLE 'arn:aws:iam::1:role/other' CSV")
            .getMessage()
            .contains("not authorized to assume"));
    refused("COPY secured FROM 's3://stage/secured/1' CSV");
    refused("COPY secured FROM 's3://stage/secured/1' IAM_ROLE default" + AUTH + "CSV");
    run(
        connection,
        "COPY secured FROM 's3://stage/secured/1' CREDENTIALS 'aws_access_key_id=AKIATEST;aws_secret_access_key=secret' CSV",
        "COPY secured FROM 's3://stage/secured/1' CREDENTIALS 'aws_iam_role=arn:aws:iam::1:role/copy' CSV");
    assertEquals("2", redshift.truth("SELECT count(*) FROM secured"));
  }

  @Test
  void valuesArriveAsTheOptionsSay() throws Exception {
    run(
        connection,
        "CREATE TABLE valued (n INT, v VARCHAR(20), d DECIMAL(8,2), t TIMESTAMP, b BOOLEAN, s SUPER, x VARBYTE, f FLOAT8, day DATE)");
    objects.put(
        "valued/1",
        "1,,20.259,2026-01-02 03:04:05,y,\"{\"\"a\"\": 1}\",ff,1e3,2026-01-02\n2,  ,,,,,,,\n3,\\N,1,,,,,,\n4,\"a\n\"\"b\"\"\",1,,,,,,\n");
    run(connection, copy("valued", "valued/1", "CSV"));
    assertEquals(
        List.of(
            "1||20.25|2026-01-02 03:04:05|t|{\"a\": 1}|ff|1000|2026-01-02",
            "2|  |null|null|null|null|null|null|null",
            "3|null|1.00|null|null|null|null|null|null",
            "4|a\n\"b\"|1.00|null|null|null|null|null|null"),
        rows(
            connection,
            "SELECT n, v, d, t::varchar(30), CASE WHEN b THEN 't' END, JSON_SERIALIZE(s), FROM_VARBYTE(x, 'hex'), f::int, day FROM valued ORDER BY n"));
    run(connection, "DELETE FROM valued");
    objects.put("valued/2", "1,,20.259,2026-01-02T03:04:05.123456,0,,,,\n2,   ,,,,,,,\n");
    run(
        connection,
        copy("valued", "valued/2", "CSV ROUNDEC TIMEFORMAT 'auto' EMPTYASNULL BLANKSASNULL"));
    assertEquals(
        List.of("null|20.26|2026-01-02 03:04:05.123456", "null|null|null"),
        rows(connection, "SELECT v, d, t::varchar(30) FROM valued ORDER BY n"));
    run(connection, "DELETE FROM valued");
    objects.put("valued/3", "1,123456789012345678901234\n");
    run(connection, copy("valued(n, v)", "valued/3", "CSV TRUNCATECOLUMNS"));
    assertEquals("12345678901234567890", value(connection, "SELECT v FROM valued"));
  }

  @Test
  void aRowThatCannotBeLoadedFailsTheCopyAndIsFoundAfterTheRollback() throws Exception {
    run(connection, "CREATE TABLE strict (c INT)");
    objects.put("strict/1", "1\na\n");
    connection.setAutoCommit(false);
    SQLException failed = refused(copy("strict", "strict/1", "CSV"));
    assertTrue(
        failed
            .getMessage()
            .contains("Load into table 'strict' failed.  Check 'sys_load_error_detail'"));
    connection.rollback();
    assertEquals(
        "2|1207|Invalid digit, Value 'a', Pos 0, Type: Integer",
        value(
            connection,
            "SELECT line_number, error_code, trim(error_message) FROM sys_load_error_detail"
                + " WHERE file_name = 's3://stage/strict/1'"));
    assertEquals("0", value(connection, "SELECT count(*) FROM strict"));
  }

  @Test
  void loadErrorsAreFoundByQueryWithColumnAndRawValue() throws Exception {
    run(connection, "CREATE TABLE logged (id INT, name VARCHAR(3))");
    objects.put("logged/1", "1,ok\n2,toolong\nx,ok\n3,ok\n");
    run(connection, copy("logged", "logged/1", "CSV MAXERROR 5"));
    assertEquals("2", value(connection, "SELECT pg_last_copy_count()"));
    assertEquals(
        List.of("2|name|varchar|3|toolong|2,toolong", "3|id|int4||x|x,ok"),
        rows(
            connection,
            "SELECT line_number, trim(colname), trim(type), trim(col_length), trim(raw_field_value), trim(raw_line)"
                + " FROM stl_load_errors WHERE query = pg_last_copy_id() ORDER BY line_number"));
    run(connection, copy("logged", "logged/1", "CSV NOLOAD IGNOREALLERRORS"));
    assertEquals("2", value(connection, "SELECT count(*) FROM logged"));
  }

  @Test
  void badUtf8AndNulAreRefusedUnlessReplaced() throws Exception {
    run(connection, "CREATE TABLE coded (v VARCHAR(10))");
    objects.put("coded/1", new byte[] {'a', (byte) 0xfc, 'b', '\n'});
    objects.put("coded/2", new byte[] {'a', 0, 'b', '\n'});
    refused(copy("coded", "coded/1", "CSV"));
    assertEquals(
        "1220|a.b",
        value(
            connection,
            "SELECT err_code, trim(raw_field_value) FROM stl_load_errors WHERE trim(filename) = 's3://stage/coded/1'"));
    refused(copy("coded", "coded/2", "CSV"));
    run(connection, copy("coded", "coded/1", "CSV ACCEPTINVCHARS '^'"));
    assertEquals("a^b", value(connection, "SELECT v FROM coded"));
  }

  @Test
  void aRowOfMoreThanFourMegabytesIsRefused() throws Exception {
    run(connection, "CREATE TABLE wide (v SUPER)");
    objects.put("wide/1", "\"" + "x".repeat(CsvReader.MAX_ROW_BYTES) + "\"\n");
    assertTrue(refused(copy("wide", "wide/1", "CSV")).getMessage().contains("Load into table"));
  }

  @Test
  void whatTheStandInDoesNotLoadIsRefusedInWords() throws Exception {
    run(connection, "CREATE TABLE columnar (id INT)");
    assertTrue(
        refused(copy("columnar", "x", "FORMAT AS PARQUET"))
            .getMessage()
            .contains("not in this stand-in"));
    assertTrue(refused(copy("columnar", "x", "")).getMessage().contains("CSV only"));
    assertTrue(refused(copy("nowhere", "x", "CSV")).getMessage().contains("nonexistent table"));
    refused(copy("columnar", "x", "CSV GZIP ZSTD"));
    refused(copy("columnar", "x", "CSV SOMETHING"));
  }

  @Test
  void identityAndDefaultColumnsFollowTheColumnList() throws Exception {
    run(
        connection,
        "CREATE TABLE numbered (id BIGINT IDENTITY(10, 5), v VARCHAR(5), d INT DEFAULT 7)");
    objects.put("numbered/1", "a\nb\n");
    objects.put("numbered/2", "c,8\n");
    run(
        connection,
        copy("numbered(v)", "numbered/1", "CSV"),
        copy("numbered", "numbered/2", "CSV"));
    assertEquals(
        List.of("10|a|7", "15|b|7", "20|c|8"),
        rows(connection, "SELECT * FROM numbered ORDER BY id"));
  }

  @Test
  void aReplayIsRefusedByTheOffsetAndOfTwoRacingAppliesOneWins() throws Exception {
    run(
        connection,
        "CREATE TABLE raced (id INT)",
        "CREATE TABLE progress (part INT, epoch INT, next_offset BIGINT)",
        "INSERT INTO progress VALUES (0, 1, 0)");
    objects.putZstd("raced/0-3", "1\n2\n3\n");
    objects.putManifest("raced/manifest", "raced/0-3");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<Boolean>> outcomes = new ArrayList<>();
    Callable<Boolean> apply = () -> apply("raced/manifest", 0, 3);
    outcomes.add(threads.submit(apply));
    outcomes.add(threads.submit(apply));
    int won = 0;
    for (Future<Boolean> outcome : outcomes) {
      won += outcome.get() ? 1 : 0;
    }
    threads.shutdown();
    assertEquals(1, won);
    assertEquals(false, apply("raced/manifest", 0, 3));
    assertEquals(
        "3|3", redshift.truth("SELECT count(*), (SELECT next_offset FROM progress) FROM raced"));
  }

  /** One exactly-once apply: lock alone and first, compare, COPY, advance, commit. */
  private static boolean apply(String manifest, long start, long end) throws SQLException {
    try (Connection own = redshift.connect()) {
      run(own, "BEGIN", "LOCK progress");
      if (!value(own, "SELECT next_offset FROM progress WHERE part = 0").equals("" + start)) {
        run(own, "ROLLBACK");
        return false;
      }
      run(own, copy("raced", manifest, "MANIFEST CSV ZSTD"));
      try (PreparedStatement update =
          own.prepareStatement(
              "UPDATE progress SET next_offset = ? WHERE part = 0 AND next_offset = ?")) {
        update.setLong(1, end);
        update.setLong(2, start);
        assertEquals(1, update.executeUpdate());
      }
      run(own, "COMMIT");
      return true;
    }
  }

  @Test
  void manyRowsGoThroughWithFlatMemory() throws Exception {
    run(connection, "CREATE TABLE big (id BIGINT, v VARCHAR(100))");
    StringBuilder csv = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      csv.append(i).append(",some text of row ").append(i).append('\n');
    }
    objects.putZstd("big/1", csv.toString());
    run(connection, copy("big", "big/1", "CSV ZSTD"));
    assertEquals("100000|99999", value(connection, "SELECT count(*), max(id) FROM big"));
  }
}
