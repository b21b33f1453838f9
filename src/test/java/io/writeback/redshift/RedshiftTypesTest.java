package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.TableBatch;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** Values of every type, out through COPY and back. */
class RedshiftTypesTest extends WarehouseScenario {
  private static java.util.Date at(String instant) {
    return java.util.Date.from(Instant.parse(instant));
  }

  /** Lands values, one per row, in the order of the list. */
  private static List<String> trip(String table, Schema type, List<?> values) {
    return trip(warehouse, table, type, values);
  }

  static List<String> trip(Warehouse warehouse, String table, Schema type, List<?> values) {
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
  void numbersAtTheirExtremesComeBackExactly() {
    assertEquals(
        List.of("-32768", "0", "32767"),
        trip("shorts", Schema.INT16_SCHEMA, List.of(Short.MIN_VALUE, (short) 0, Short.MAX_VALUE)));
    BigDecimal whole = new BigDecimal("9".repeat(38));
    assertEquals(
        List.of(whole.toString(), whole.negate().toString(), "0"),
        trip("wholes", Decimal.schema(0), List.of(whole, whole.negate(), BigDecimal.ZERO)));
    BigDecimal finest = new BigDecimal(BigInteger.ONE, 37);
    assertEquals(
        List.of(finest.toPlainString(), "-" + finest.toPlainString()),
        trip("finest", Decimal.schema(37), List.of(finest, finest.negate())));
    List<Double> doubles =
        List.of(-Double.MAX_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL, 1.7976931348623155e308);
    assertEquals(
        doubles,
        trip("doubles2", Schema.FLOAT64_SCHEMA, doubles).stream().map(Double::valueOf).toList());
    List<Float> floats = List.of(-Float.MAX_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 16777217f);
    assertEquals(
        floats,
        trip("floats2", Schema.FLOAT32_SCHEMA, floats).stream().map(Float::valueOf).toList());
  }

  @Test
  void whatIsNoNumberComesBackFromAColumnAndIsRefusedInsideOfANestedValue() {
    List<Double> doubles =
        List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0);
    assertEquals(
        doubles,
        trip("nodoubles", Schema.FLOAT64_SCHEMA, doubles).stream().map(Double::valueOf).toList());
    List<Float> floats = List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    assertEquals(
        floats,
        trip("nofloats", Schema.FLOAT32_SCHEMA, floats).stream().map(Float::valueOf).toList());
    Schema list = SchemaBuilder.array(Schema.FLOAT64_SCHEMA).build();
    for (Double value : doubles.subList(0, 3)) {
      BadRowException e =
          assertThrows(
              BadRowException.class, () -> trip("nonested", list, List.of(List.of(value))));
      assertTrue(e.getMessage().startsWith("field v holds NaN or an infinity"), e.getMessage());
    }
  }

  @Test
  void nullOfEveryTypeComesBackAsNull() {
    SchemaBuilder all = SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA);
    List<Schema> types =
        List.of(
            Schema.OPTIONAL_BOOLEAN_SCHEMA,
            Schema.OPTIONAL_INT8_SCHEMA,
            Schema.OPTIONAL_INT16_SCHEMA,
            Schema.OPTIONAL_INT32_SCHEMA,
            Schema.OPTIONAL_INT64_SCHEMA,
            Schema.OPTIONAL_FLOAT32_SCHEMA,
            Schema.OPTIONAL_FLOAT64_SCHEMA,
            Schema.OPTIONAL_STRING_SCHEMA,
            Schema.OPTIONAL_BYTES_SCHEMA,
            Decimal.builder(4).optional().build(),
            Date.builder().optional().build(),
            Time.builder().optional().build(),
            Timestamp.builder().optional().build(),
            SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build(),
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT8_SCHEMA).optional().build(),
            SchemaBuilder.struct().field("a", Schema.INT8_SCHEMA).optional().build());
    for (int i = 0; i < types.size(); i++) {
      all.field("c" + i, types.get(i));
    }
    Schema schema = all.build();
    Destination d = warehouse.destination("allnulls");
    Claim claim = d.claim(new TopicPartition("allnulls", 0), OptionalLong.empty());
    TableBatch batch = d.newBatch(claim, 0, Warehouse.table("allnulls"), Optional.empty());
    batch.add(Warehouse.row(claim.partition(), 0, new Struct(schema).put("n", 1)));
    d.commit(List.of(Warehouse.range(claim, 0, 1, batch)));
    assertEquals(
        "1|null" + "|null".repeat(types.size() - 1), warehouse.one("SELECT * FROM allnulls"));
  }

  @Test
  void bytesAndNestedValuesAtTheirExtremesComeBack() {
    byte[] longest = new byte[RedshiftType.MAX_VARBYTE_BYTES];
    new Random(3).nextBytes(longest);
    assertEquals(
        List.of("\\x" + HexFormat.of().formatHex(longest)),
        trip("longblob", Schema.BYTES_SCHEMA, List.of(longest)));
    Schema deep = Schema.OPTIONAL_STRING_SCHEMA;
    Object value = "\u0001\u001f \u2028 \"\\ 😀";
    for (int depth = 0; depth < 40; depth++) {
      deep = SchemaBuilder.array(deep).build();
      value = List.of(value);
    }
    trip("deep", deep, List.of(value));
    assertEquals(
        "\"\\u0001\\u001f \u2028 \\\"\\\\ 😀\"",
        warehouse.one("SELECT v #> '{" + "0,".repeat(39) + "0}' FROM deep"));
    Schema mixed =
        SchemaBuilder.struct()
            .field("l", Schema.INT64_SCHEMA)
            .field("d", Decimal.schema(3))
            .field("t", Timestamp.SCHEMA)
            .field("b", Schema.BYTES_SCHEMA)
            .field("m", SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.BOOLEAN_SCHEMA).build())
            .build();
    assertEquals(
        List.of(
            "{\"b\": \"AP8=\", \"d\": 123456789012345678901234567890.125,"
                + " \"l\": -9223372036854775808, \"m\": {\"7\": true},"
                + " \"t\": \"9999-12-31T23:59:59.999Z\"}"),
        trip(
            "mixed",
            mixed,
            List.of(
                new Struct(mixed)
                    .put("l", Long.MIN_VALUE)
                    .put("d", new BigDecimal("123456789012345678901234567890.125"))
                    .put("t", at("9999-12-31T23:59:59.999Z"))
                    .put("b", new byte[] {0, -1})
                    .put("m", Map.of(7, true)))));
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
