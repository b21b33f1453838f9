package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.gax.rpc.StatusCode.Code;
import com.google.cloud.bigquery.storage.v1.BigQueryReadClient;
import com.google.cloud.bigquery.storage.v1.DataFormat;
import com.google.cloud.bigquery.storage.v1.ReadSession;
import com.google.cloud.bigquery.storage.v1.ReadSession.TableReadOptions;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.Status;
import io.writeback.standin.FaultPlan;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a read session gives, through the real client. */
class ReadSessionTest {
  private static final TableReadOptions ALL = TableReadOptions.getDefaultInstance();
  private static StorageClients bq;
  private static AvroReader reader;

  @BeforeAll
  static void start() throws Exception {
    bq = new StorageClients();
    reader = new AvroReader(bq.read);
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void everyTypeComesBackAsItWasAndNullAsNull() throws Exception {
    String table =
        bq.create(
            "types",
            "id INT64 NOT NULL, f FLOAT64, b BOOL, s STRING, y BYTES, n NUMERIC, bn BIGNUMERIC,"
                + " d DATE, t TIME, dt DATETIME, ts TIMESTAMP, j JSON, g GEOGRAPHY, i INTERVAL");
    bq.sql(
        "INSERT INTO ds.types (id, f, b, s, y, n, bn, d, t, dt, ts, j, g, i) VALUES"
            + " (-9223372036854775807, -0.1, TRUE, 'Ünï 😀', b'\\x00\\xff',"
            + " NUMERIC '-99999999999999999999999999999.999999999',"
            + " BIGNUMERIC '12345678901234567890.000000000000000001', DATE '0001-01-01',"
            + " TIME '23:59:59.999999', DATETIME '2024-03-10 02:30:00.120000',"
            + " TIMESTAMP '1969-12-31 23:59:59.999999 UTC', JSON '{\"a\":[1,null]}', 'POINT(1 2)',"
            + " '1-2 3 4:5:6')");
    bq.sql("INSERT INTO ds.types (id) VALUES (1)");
    ReadSession session = reader.session(table);
    List<GenericRecord> rows = reader.rows(session);
    GenericRecord row = rows.get(0);
    assertEquals(-9223372036854775807L, row.get("id"));
    assertEquals(-0.1, row.get("f"));
    assertEquals(true, row.get("b"));
    assertEquals("Ünï 😀", row.get("s").toString());
    assertEquals(ByteBuffer.wrap(new byte[] {0, -1}), row.get("y"));
    assertEquals(new BigDecimal("-99999999999999999999999999999.999999999"), row.get("n"));
    assertEquals(
        new BigDecimal("12345678901234567890.000000000000000001").setScale(38), row.get("bn"));
    assertEquals(LocalDate.of(1, 1, 1), row.get("d"));
    assertEquals(LocalTime.of(23, 59, 59, 999_999_000), row.get("t"));
    assertEquals("2024-03-10T02:30:00.12", row.get("dt").toString());
    assertEquals(Instant.EPOCH.minusNanos(1000), row.get("ts"));
    assertEquals("{\"a\":[1,null]}", row.get("j").toString());
    assertEquals("POINT(1 2)", row.get("g").toString());
    assertEquals("1-2 3 4:5:6", row.get("i").toString());
    assertEquals(1L, rows.get(1).get("id"));
    Schema schema = rows.get(1).getSchema();
    assertEquals(Schema.Type.LONG, schema.getField("id").schema().getType());
    for (Schema.Field field : schema.getFields().subList(1, schema.getFields().size())) {
      assertNull(rows.get(1).get(field.pos()), field.name());
    }
  }

  @Test
  void nestedAndRepeatedColumnsKeepTheirShape() throws Exception {
    String table =
        bq.create(
            "nested",
            "id INT64, l ARRAY<STRING>, r STRUCT<n NUMERIC, r STRUCT<d DATE>>,"
                + " rs ARRAY<STRUCT<k STRING, v ARRAY<INT64>>>");
    bq.sql(
        "INSERT INTO ds.nested (id, l, r, rs) VALUES (1, ['a', ''],"
            + " STRUCT(NUMERIC '1.5' AS n, STRUCT(DATE '2024-02-29' AS d) AS r),"
            + " [STRUCT('x' AS k, [1, 2] AS v), STRUCT('y' AS k, [3] AS v)])");
    bq.sql("INSERT INTO ds.nested (id) VALUES (2)");
    List<GenericRecord> rows = reader.rows(reader.session(table));
    GenericRecord row = rows.get(0);
    assertEquals("[a, ]", row.get("l").toString());
    GenericRecord outer = (GenericRecord) row.get("r");
    assertEquals(new BigDecimal("1.500000000"), outer.get("n"));
    assertEquals(LocalDate.of(2024, 2, 29), ((GenericRecord) outer.get("r")).get("d"));
    List<?> items = (List<?>) row.get("rs");
    assertEquals("x", ((GenericRecord) items.get(0)).get("k").toString());
    assertEquals(List.of(1L, 2L), ((GenericRecord) items.get(0)).get("v"));
    assertEquals(List.of(3L), ((GenericRecord) items.get(1)).get("v"));
    assertEquals(List.of(), rows.get(1).get("l"), "an array is never null");
    assertNull(rows.get(1).get("r"));
    assertEquals(List.of(), rows.get(1).get("rs"));
  }

  @Test
  void selectedFieldsComeInTheTablesOrderAndRestrictedRowsOnly() throws Exception {
    String table = bq.create("some", "id INT64, a STRING, b STRING");
    bq.sql("INSERT INTO ds.some VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2'), (3, 'a3', NULL)");
    TableReadOptions.Builder options =
        TableReadOptions.newBuilder()
            .addSelectedFields("B")
            .addSelectedFields("id")
            .addSelectedFields("id")
            .setRowRestriction("a >= 'a2' AND b IS NOT NULL");
    assertEquals(
        "[{\"id\": 2, \"b\": \"b2\"}]",
        reader.rows(reader.session(table, 0, options.build())).toString());
    assertFailure(
        Code.INVALID_ARGUMENT,
        () -> reader.session(table, 0, options.addSelectedFields("nope").build()));
    assertFailure(
        Code.INVALID_ARGUMENT,
        () -> reader.session(table, 0, ALL.toBuilder().setRowRestriction("nope = 1").build()));
  }

  @Test
  void aLargeTableGivesSeveralStreamsAndASmallOneOne() throws Exception {
    ReadSession large = reader.session(numbers("large", 45_000), 4, ALL);
    assertEquals(4, large.getStreamsCount());
    assertEquals(45_000, large.getEstimatedRowCount());
    assertEquals(
        LongStream.rangeClosed(1, 45_000).boxed().toList(),
        AvroReader.ids(reader.rows(large)).stream().sorted().toList());
    assertEquals(1, reader.session(numbers("small", 10), 4, ALL).getStreamsCount());
    assertEquals(
        0, reader.session(bq.create("empty", "id INT64")).getStreamsCount(), "nothing to read");
  }

  @Test
  void aStreamIsReadFromAnOffsetUpToItsEnd() throws Exception {
    ReadSession session = reader.session(numbers("offsets", 2500), 1, ALL);
    List<Long> all = AvroReader.ids(reader.rows(session));
    assertEquals(
        all.subList(1234, 2500), AvroReader.ids(reader.rows(session, 0, 1234)), "the same order");
    assertEquals(List.of(), reader.rows(session, 0, 2500));
    assertFailure(Code.FAILED_PRECONDITION, () -> reader.rows(session, 0, 2501));
  }

  @Test
  void aSessionDoesNotSeeWhatHappensAfterIt() throws Exception {
    String table = numbers("stable", 3);
    ReadSession session = reader.session(table);
    bq.sql("DELETE FROM ds.stable WHERE id = 1");
    bq.sql("UPDATE ds.stable SET id = 20 WHERE id = 2");
    bq.sql("ALTER TABLE ds.stable ADD COLUMN more STRING");
    assertEquals(List.of(1L, 2L, 3L), AvroReader.ids(reader.rows(session)));
    List<GenericRecord> now = reader.rows(reader.session(table));
    assertEquals(List.of(3L, 20L), AvroReader.ids(now).stream().sorted().toList());
    bq.sql("DROP TABLE ds.stable");
    assertEquals(List.of(1L, 2L, 3L), AvroReader.ids(reader.rows(session)));
  }

  @Test
  void aSessionLivesForSixHours() throws Exception {
    try (StorageClients own = new StorageClients()) {
      AvroReader mine = new AvroReader(own.read);
      String table = own.create("aging", "id INT64");
      own.sql("INSERT INTO ds.aging VALUES (1)");
      Instant before = own.clock.instant();
      ReadSession session = mine.session(table);
      Duration life =
          Duration.ofMillis(Timestamps.toMillis(session.getExpireTime()) - before.toEpochMilli());
      assertEquals(6, life.toHours());
      own.clock.advance(Duration.ofHours(6).minusMinutes(1));
      assertEquals(1, mine.rows(session).size());
      own.clock.advance(Duration.ofMinutes(2));
      assertFailure(Code.FAILED_PRECONDITION, () -> mine.rows(session));
    }
  }

  @Test
  void whatTheStandInLacksIsRefusedInWords() throws Exception {
    ReadSession.Builder wanted = ReadSession.newBuilder().setTable(numbers("lacking", 1));
    assertTrue(
        assertFailure(
                Code.UNIMPLEMENTED,
                () -> reader.session(wanted.clone().setDataFormat(DataFormat.ARROW), 1))
            .contains("AVRO only, not ARROW"));
    wanted.setDataFormat(DataFormat.AVRO);
    wanted.getTableModifiersBuilder().setSnapshotTime(Timestamp.newBuilder().setSeconds(1));
    assertTrue(
        assertFailure(Code.UNIMPLEMENTED, () -> reader.session(wanted, 1))
            .contains("snapshot_time"));
  }

  @Test
  void aMissingTableLooksLikeAForbiddenOne() throws Exception {
    String missing =
        assertFailure(Code.PERMISSION_DENIED, () -> reader.session(bq.table("absent")));
    String email = "reader@" + bq.service.project() + ".iam.gserviceaccount.com";
    String table = numbers("forbidden", 1);
    try (BigQueryReadClient client = bq.readClient(bq.token(email))) {
      AvroReader other = new AvroReader(client);
      assertEquals(1, other.rows(other.session(table)).size());
      bq.service.permissions().revoke(email, "bigquery.tables.getData");
      assertEquals(
          missing.replace("absent", "forbidden"),
          assertFailure(Code.PERMISSION_DENIED, () -> other.session(table)));
      bq.service.permissions().grant(email, "bigquery.tables.getData");
      ReadSession session = other.session(table);
      bq.service.permissions().revoke(email, "bigquery.readsessions.getData");
      assertFailure(Code.PERMISSION_DENIED, () -> other.rows(session));
      bq.service.permissions().revoke(email, "bigquery.readsessions.create");
      assertFailure(Code.PERMISSION_DENIED, () -> other.session(table));
    }
  }

  @Test
  void theClientResumesABrokenStreamByItself() throws Exception {
    ReadSession session = reader.session(numbers("broken", 3500), 1, ALL);
    FaultPlan.Handle lost = on(session, 2, new StorageFault.LoseAnswer());
    List<Long> ids = AvroReader.ids(reader.rows(session));
    assertEquals(2, lost.fired());
    assertEquals(LongStream.rangeClosed(1, 3500).boxed().toList(), ids.stream().sorted().toList());
  }

  @Test
  void aRefusedReadIsTriedAgainOnlyIfThatCanHelp() throws Exception {
    ReadSession session = reader.session(numbers("refused", 5));
    FaultPlan.Handle away = on(session, 1, new StorageFault.Refuse(Status.UNAVAILABLE));
    assertEquals(5, reader.rows(session).size());
    assertEquals(1, away.fired());
    on(session, 1, new StorageFault.Refuse(Status.INVALID_ARGUMENT.withDescription("no")));
    assertFailure(Code.INVALID_ARGUMENT, () -> reader.rows(session));
    assertEquals(5, reader.rows(session).size());
  }

  private static FaultPlan.Handle on(ReadSession session, int times, StorageFault fault) {
    String stream = session.getStreams(0).getName();
    return bq.service
        .storageFaults()
        .arm(call -> call.is("ReadRows") && call.resource().equals(stream), 0, times, fault);
  }

  /** A table with ids from 1. */
  private static String numbers(String name, int count) throws InterruptedException {
    String table = bq.create(name, "id INT64");
    bq.sql("INSERT INTO ds." + name + " SELECT n FROM UNNEST(GENERATE_ARRAY(1, " + count + ")) n");
    return table;
  }

  private static String assertFailure(Code code, Executable call) {
    Throwable thrown = assertThrows(Exception.class, call);
    assertEquals(code.name(), StorageAnswers.code(thrown), thrown.toString());
    return thrown.getMessage();
  }
}
