package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.TableBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values of every type, out through COPY and back. */
class RedshiftTypesTest {
  private static Warehouse warehouse;

  @BeforeAll
  static void start() throws Exception {
    warehouse = new Warehouse();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  private static java.util.Date at(String instant) {
    return java.util.Date.from(Instant.parse(instant));
  }

  /** Lands values, one per row, in the order of the list. */
  private static List<String> trip(String table, Schema type, List<?> values) {
    Schema schema = SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA).field("v", type).build();
    Destination d = warehouse.destination(table);
    Claim claim = d.claim(new TopicPartition(table, 0), OptionalLong.empty());
    TableBatch batch = d.newBatch(claim, 0, Warehouse.table(table), Optional.empty());
    int n = 0;
    for (Object value : values) {
      Struct row = new Struct(schema).put("n", n).put("v", value);
      batch.add(Warehouse.row(claim.partition(), n++, row));
    }
    assertEquals(List.of(new Committed(n)), d.commit(List.of(Warehouse.range(claim, 0, n, batch))));
    return warehouse.rows("SELECT v FROM " + table + " ORDER BY n");
  }

  @Test
  void textComesBackAsItWas() {
    List<String> values =
        Arrays.asList(
            "",
            " ",
            "\\N",
            "NULL",
            "null",
            NullToken.text(0),
            NullToken.text(1),
            "a,b",
            "\"",
            "\"\"",
            "line\nbreak",
            "dos\r\nbreak",
            "\\.",
            "tab\t",
            "😀 ünïcödé 漢字 \u200d",
            "-1",
            "=cmd()",
            "00123",
            "'; DROP TABLE x; --",
            "ä".repeat(20_000),
            "x".repeat(65_535));
    List<String> back = trip("texts", Schema.OPTIONAL_STRING_SCHEMA, values);
    assertEquals(values, back);
    assertEquals(
        "65535",
        warehouse.one(
            "SELECT character_maximum_length FROM svv_columns"
                + " WHERE table_name = 'texts' AND column_name = 'v'"));
  }

  @Test
  void nullIsNotTheEmptyText() {
    trip("nulls", Schema.OPTIONAL_STRING_SCHEMA, Arrays.asList(null, "", "\\N", null));
    assertEquals(
        List.of("true", "false", "false", "true"),
        warehouse.rows("SELECT CAST(v IS NULL AS text) FROM nulls ORDER BY n"));
  }

  @Test
  void numbersComeBackExactly() {
    assertEquals(
        List.of("-9223372036854775808", "0", "9223372036854775807"),
        trip("longs", Schema.INT64_SCHEMA, List.of(Long.MIN_VALUE, 0L, Long.MAX_VALUE)));
    assertEquals(
        List.of("-2147483648", "2147483647"),
        trip("ints", Schema.INT32_SCHEMA, List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)));
    assertEquals(
        List.of("-128", "127"),
        trip("bytes", Schema.INT8_SCHEMA, List.of(Byte.MIN_VALUE, Byte.MAX_VALUE)));
    BigDecimal widest = new BigDecimal(new BigInteger("9".repeat(38)), 9);
    assertEquals(
        List.of(widest.toPlainString(), widest.negate().toPlainString(), "0.000000001"),
        trip(
            "decimals",
            Decimal.schema(9),
            List.of(widest, widest.negate(), new BigDecimal("0.000000001"))));
    List<Double> doubles = List.of(Double.MIN_VALUE, Double.MAX_VALUE, 0.1, -0.0, 1e-300, Math.PI);
    assertEquals(
        doubles,
        trip("doubles", Schema.FLOAT64_SCHEMA, doubles).stream().map(Double::valueOf).toList());
    List<Float> floats = List.of(Float.MIN_VALUE, Float.MAX_VALUE, 0.1f);
    assertEquals(
        floats,
        trip("floats", Schema.FLOAT32_SCHEMA, floats).stream().map(Float::valueOf).toList());
  }

  @Test
  void timesComeBackInUtc() {
    assertEquals(
        List.of("0001-01-01", "1970-01-01", "9999-12-31"),
        trip(
            "dates",
            Date.SCHEMA,
            List.of(
                at("0001-01-01T00:00:00Z"),
                at("1970-01-01T00:00:00Z"),
                at("9999-12-31T00:00:00Z"))));
    assertEquals(
        List.of("00:00:00", "23:59:59.999"),
        trip(
            "times",
            Time.SCHEMA,
            List.of(at("1970-01-01T00:00:00Z"), at("1970-01-01T23:59:59.999Z"))));
    assertEquals(
        List.of("1969-12-31 23:59:59.999", "2026-03-29 02:30:00", "9999-12-31 23:59:59.999"),
        trip(
            "stamps",
            Timestamp.SCHEMA,
            List.of(
                at("1969-12-31T23:59:59.999Z"),
                at("2026-03-29T02:30:00Z"),
                at("9999-12-31T23:59:59.999Z"))));
  }

  @Test
  void theRestComesBackToo() {
    assertEquals(List.of("t", "f"), trip("bools", Schema.BOOLEAN_SCHEMA, List.of(true, false)));
    assertEquals(
        List.of("\\x00ff22"),
        trip("blobs", Schema.BYTES_SCHEMA, List.of(new byte[] {0, -1, 0x22})));
    Schema inner =
        SchemaBuilder.struct()
            .field("a", Schema.OPTIONAL_STRING_SCHEMA)
            .field("b", SchemaBuilder.array(Schema.INT64_SCHEMA).build())
            .build();
    assertEquals(
        List.of("{\"a\": \"q\\\"\\\\ 😀\", \"b\": [1, 2]}", "{\"a\": null, \"b\": []}"),
        trip(
            "nested",
            inner,
            List.of(
                new Struct(inner).put("a", "q\"\\ 😀").put("b", List.of(1L, 2L)),
                new Struct(inner).put("b", List.of()))));
    assertEquals(
        List.of("{\"k\": 1.5}"),
        trip(
            "maps",
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT64_SCHEMA).build(),
            List.of(Map.of("k", 1.5))));
  }

  @Test
  void newColumnsAndWiderTextChangeTheTableBetweenTransactions() {
    Schema two =
        SchemaBuilder.struct()
            .field("ID", Schema.INT64_SCHEMA)
            .field("name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("Price %", Decimal.builder(2).optional().build())
            .build();
    Destination d = warehouse.destination("grows");
    Claim claim = d.claim(new TopicPartition("grows", 0), OptionalLong.empty());
    d.commit(List.of(Warehouse.range(d, claim, Warehouse.table("Grows"), 0, 2)));
    TableBatch batch = d.newBatch(claim, 2, Warehouse.table("Grows"), Optional.empty());
    batch.add(Warehouse.row(claim.partition(), 2, Warehouse.value(2, "old")));
    batch.add(
        Warehouse.row(
            claim.partition(),
            3,
            new Struct(two)
                .put("ID", 3L)
                .put("name", "ß".repeat(200))
                .put("Price %", new BigDecimal("1.50"))));
    batch.add(Warehouse.row(claim.partition(), 4, Warehouse.value(4, "old")));
    assertEquals(List.of(new Committed(5)), d.commit(List.of(Warehouse.range(claim, 2, 5, batch))));
    assertEquals(
        List.of("0|5|null", "1|5|null", "2|3|null", "3|400|1.50", "4|3|null"),
        warehouse.rows("SELECT id, octet_length(name), \"price %\" FROM grows ORDER BY id"));
  }
}
