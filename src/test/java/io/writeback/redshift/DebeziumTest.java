package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Debezium's connectors write, in a table. Schemas as in its documentation. */
class DebeziumTest extends WarehouseScenario {
  private static Schema named(SchemaBuilder type, String name) {
    return type.name("io.debezium." + name).version(1).optional().build();
  }

  private static List<String> trip(String table, Schema type, Object... values) {
    return RedshiftTypesTest.trip(warehouse, table, type, List.of(values));
  }

  private static String type(String table) {
    return warehouse.one(
        "SELECT data_type FROM svv_columns WHERE table_name = '"
            + table
            + "' AND column_name = 'v'");
  }

  private static String cut(String table) {
    return warehouse.one("SELECT cut_values FROM \"_wb_log_" + Hash.of(table, "0", table) + "\"");
  }

  @Test
  void datesAreDays() {
    Schema schema = named(SchemaBuilder.int32(), "time.Date");
    assertEquals(
        List.of("0001-01-01", "1969-12-31", "1970-01-01", "9999-12-31"),
        trip("dbz_date", schema, -719_162, -1, 0, 2_932_896));
    assertEquals("date", type("dbz_date"));
  }

  @ParameterizedTest
  @CsvSource({
    "Time, 0, 86399999, 23:59:59.999",
    "MicroTime, 0, 86399999999, 23:59:59.999999",
    "NanoTime, 0, 86399999999000, 23:59:59.999999"
  })
  void timesOfDayKeepMicroseconds(String name, long first, long last, String text) {
    boolean millis = name.equals("Time");
    Schema schema = named(millis ? SchemaBuilder.int32() : SchemaBuilder.int64(), "time." + name);
    String table = "dbz_" + name.toLowerCase(Locale.ROOT);
    List<String> back =
        millis ? trip(table, schema, (int) first, (int) last) : trip(table, schema, first, last);
    assertEquals(List.of("00:00:00", text), back);
    assertEquals("time without time zone", type(table));
    assertEquals("0", cut(table));
  }

  @ParameterizedTest
  @CsvSource({
    "Timestamp, -62135596800000, 253402300799999, 0001-01-01 00:00:00, 9999-12-31 23:59:59.999",
    "MicroTimestamp, -62135596800000000, 253402300799999999, 0001-01-01 00:00:00,"
        + " 9999-12-31 23:59:59.999999",
    "NanoTimestamp, -9223372036854775000, 9223372036854775000, 1677-09-21 00:12:43.145225,"
        + " 2262-04-11 23:47:16.854775"
  })
  void timestampsKeepMicroseconds(
      String name, long first, long last, String firstText, String lastText) {
    Schema schema = named(SchemaBuilder.int64(), "time." + name);
    String table = "dbz_" + name.toLowerCase(Locale.ROOT);
    assertEquals(
        List.of(firstText, "1969-12-31 23:59:59.999", lastText),
        trip(
            table,
            schema,
            first,
            -(name.equals("Timestamp") ? 1L : name.startsWith("Micro") ? 1000L : 1_000_000L),
            last));
    assertEquals("timestamp without time zone", type(table));
    assertEquals("0", cut(table));
  }

  @Test
  void digitsBelowMicrosecondsAreCutAndCounted() {
    assertEquals(
        List.of("1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000001"),
        trip("dbz_cut", named(SchemaBuilder.int64(), "time.NanoTimestamp"), -1L, 1999L));
    assertEquals("2", cut("dbz_cut"));
  }

  @Test
  void timestampsWithAZoneAreKeptInUtc() {
    trip(
        "dbz_zoned",
        named(SchemaBuilder.string(), "time.ZonedTimestamp"),
        "2026-03-29T02:30:00+02:00",
        "2026-11-21T22:00:00.123456Z",
        "0001-01-01T00:00:00Z");
    assertEquals(
        List.of("2026-03-29 00:30:00", "2026-11-21 22:00:00.123456", "0001-01-01 00:00:00"),
        warehouse.rows("SELECT v AT TIME ZONE 'UTC' FROM dbz_zoned ORDER BY n"));
    assertEquals("timestamp with time zone", type("dbz_zoned"));
  }

  @Test
  void decimalsOfAnyScaleAreTexts() {
    Schema schema =
        SchemaBuilder.struct()
            .name("io.debezium.data.VariableScaleDecimal")
            .field("scale", Schema.INT32_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .optional()
            .build();
    List<Object> values = new ArrayList<>();
    for (String text : List.of("0.001", "-123456789012345678901234567890.5", "7")) {
      BigDecimal decimal = new BigDecimal(text);
      values.add(
          new Struct(schema)
              .put("scale", decimal.scale())
              .put("value", decimal.unscaledValue().toByteArray()));
    }
    assertEquals(
        List.of("0.001", "-123456789012345678901234567890.5", "7"),
        trip("dbz_decimal", schema, values.toArray()));
  }

  @ParameterizedTest
  @CsvSource({
    "Date, 2932897, outside of the years",
    "Timestamp, 9223372036854775807, outside of the years",
    "MicroTimestamp, 9223372036854775807, outside of the years",
    "MicroTime, 86400000000, 24:00:00",
    "MicroTime, -1, no time of a day",
    "ZonedTimestamp, infinity, no ISO timestamp"
  })
  void valuesThatNoColumnHoldsAreRefused(String name, String value, String words) {
    boolean text = name.equals("ZonedTimestamp");
    boolean small = name.equals("Date");
    Schema schema =
        named(
            text ? SchemaBuilder.string() : small ? SchemaBuilder.int32() : SchemaBuilder.int64(),
            "time." + name);
    Object bad = text ? value : small ? (Object) Integer.valueOf(value) : Long.valueOf(value);
    Schema row = SchemaBuilder.struct().field("v", schema).build();
    CsvRow csv = new CsvRow();
    csv.begin(NullToken.bytes(0));
    BadRowException e =
        assertThrows(
            BadRowException.class,
            () -> RowEncoder.of(row).encode(new Struct(row).put("v", bad), csv));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static final Schema KEY = SchemaBuilder.struct().field("id", Schema.INT32_SCHEMA).build();
  private static final Schema FLAT =
      SchemaBuilder.struct()
          .field("id", Schema.INT32_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("__deleted", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private static SinkRow flat(TopicPartition tp, long offset, int id, String name, String deleted) {
    Struct value = new Struct(FLAT).put("id", id).put("name", name).put("__deleted", deleted);
    return row(tp, offset, id, deleted == null ? null : FLAT, deleted == null ? null : value);
  }

  private static SinkRow row(TopicPartition tp, long offset, int id, Schema schema, Object value) {
    return new SinkRow(
        new SinkRecord(
            tp.topic(),
            tp.partition(),
            KEY,
            new Struct(KEY).put("id", id),
            schema,
            value,
            offset,
            0L,
            TimestampType.CREATE_TIME),
        offset,
        OptionalLong.empty());
  }

  /** Creates, updates, rewritten deletes and the tombstones behind them, over two flushes. */
  @ParameterizedTest
  @ValueSource(strings = {"record_key", "record_value"})
  void flattenedEventsUpsertAndDelete(String key) {
    String topic = "flat_" + key;
    Destination d =
        warehouse.destination(
            topic, "write.mode", "upsert", "upsert.key", key, "upsert.key.fields", "id");
    Claim claim = d.claim(new TopicPartition(topic, 0), OptionalLong.of(0));
    TopicPartition tp = claim.partition();
    TableBatch first = d.newBatch(claim, 0, Warehouse.table(topic), Optional.empty());
    first.add(flat(tp, 0, 1, "one", "false"));
    first.add(flat(tp, 1, 2, "two", "false"));
    first.add(flat(tp, 2, 3, "three", "false"));
    first.add(flat(tp, 3, 3, "three", "true"));
    first.add(flat(tp, 4, 4, "four", "false"));
    assertEquals(List.of(new Committed(5)), d.commit(List.of(Warehouse.range(claim, 0, 5, first))));
    assertEquals(
        List.of("1|one", "2|two", "4|four"),
        warehouse.rows("SELECT id, name FROM " + topic + " ORDER BY id"));
    TableBatch second = d.newBatch(claim, 5, Warehouse.table(topic), Optional.empty());
    second.add(flat(tp, 5, 1, "one", "true"));
    second.add(flat(tp, 6, 1, null, null));
    second.add(flat(tp, 7, 2, "zwei", "false"));
    second.add(flat(tp, 8, 4, "four", "true"));
    second.add(flat(tp, 9, 4, "vier", "false"));
    assertEquals(
        List.of(new Committed(10)), d.commit(List.of(Warehouse.range(claim, 5, 10, second))));
    assertEquals(
        List.of("2|zwei", "4|vier"),
        warehouse.rows("SELECT id, name FROM " + topic + " ORDER BY id"));
    assertEquals(
        "0",
        warehouse.one(
            "SELECT count(*) FROM svv_columns WHERE table_name = '"
                + topic
                + "' AND column_name = '__deleted'"));
  }

  @Test
  void aFlattenedDeleteMayMarkTheRow() {
    Destination d =
        warehouse.destination("flatsoft", "write.mode", "upsert", "upsert.delete", "soft");
    Claim claim = d.claim(new TopicPartition("flatsoft", 0), OptionalLong.of(0));
    TopicPartition tp = claim.partition();
    TableBatch batch = d.newBatch(claim, 0, Warehouse.table("flatsoft"), Optional.empty());
    batch.add(flat(tp, 0, 1, "one", "false"));
    batch.add(flat(tp, 1, 2, "two", "false"));
    batch.add(flat(tp, 2, 2, "two", "true"));
    d.commit(List.of(Warehouse.range(claim, 0, 3, batch)));
    assertEquals(
        List.of("1|one|f", "2|two|t"),
        warehouse.rows("SELECT id, name, deleted FROM flatsoft ORDER BY id"));
  }

  @Test
  void anEnvelopeIsRefusedInWords() {
    Schema envelope =
        SchemaBuilder.struct()
            .name("server.inventory.customers.Envelope")
            .field("before", FLAT)
            .field("after", FLAT)
            .field("op", Schema.STRING_SCHEMA)
            .build();
    Destination d = warehouse.destination("envelope", "write.mode", "upsert");
    Claim claim = d.claim(new TopicPartition("envelope", 0), OptionalLong.of(0));
    TableBatch batch = d.newBatch(claim, 0, Warehouse.table("envelope"), Optional.empty());
    Struct value = new Struct(FLAT).put("id", 1);
    Struct event = new Struct(envelope).put("before", value).put("after", value).put("op", "u");
    BadRowException e =
        assertThrows(
            BadRowException.class, () -> batch.add(row(claim.partition(), 0, 1, envelope, event)));
    assertTrue(e.getMessage().contains("ExtractNewRecordState"), e.getMessage());
  }
}
