package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.CivilTimeEncoder;
import com.google.protobuf.ByteString;
import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a value looks like to a reader of the descriptor that goes with it. */
class ProtoValuesTest {
  private static final long DAY = 86_400_000L;

  private static Schema named(String name, Schema.Type type) {
    return SchemaBuilder.type(type).name(name).optional().build();
  }

  private static Schema day() {
    return org.apache.kafka.connect.data.Date.builder().optional().build();
  }

  static Stream<Arguments> values() {
    Schema text = Schema.OPTIONAL_STRING_SCHEMA;
    Schema at = Timestamp.builder().optional().build();
    Schema micros = named("io.debezium.time.MicroTimestamp", Schema.Type.INT64);
    Instant noon = Instant.parse("2026-11-20T12:34:56.789Z");
    return Stream.of(
        Arguments.of(Schema.OPTIONAL_BOOLEAN_SCHEMA, false, null, false),
        Arguments.of(Schema.OPTIONAL_INT8_SCHEMA, (byte) -128, null, -128L),
        Arguments.of(Schema.OPTIONAL_INT64_SCHEMA, Long.MIN_VALUE, null, Long.MIN_VALUE),
        Arguments.of(Schema.OPTIONAL_INT64_SCHEMA, Long.MAX_VALUE, "STRING", "" + Long.MAX_VALUE),
        Arguments.of(Schema.OPTIONAL_INT64_SCHEMA, 7L, "BIGNUMERIC", 7L),
        Arguments.of(Schema.OPTIONAL_INT32_SCHEMA, 7, "FLOAT64", 7.0),
        Arguments.of(Schema.OPTIONAL_FLOAT32_SCHEMA, 0.1f, null, (double) 0.1f),
        Arguments.of(Schema.OPTIONAL_FLOAT64_SCHEMA, -0.0, null, -0.0),
        Arguments.of(Schema.OPTIONAL_FLOAT64_SCHEMA, Double.NaN, null, Double.NaN),
        Arguments.of(text, "", null, ""),
        Arguments.of(text, "a\u0000é€😀z", null, "a\u0000é€😀z"),
        Arguments.of(text, "é".repeat(100), null, "é".repeat(100)),
        Arguments.of(text, "x".repeat(200) + "é", null, "x".repeat(200) + "é"),
        Arguments.of(text, "[1]", "JSON", "[1]"),
        Arguments.of(text, "POINT(1 2)", "GEOGRAPHY", "POINT(1 2)"),
        Arguments.of(text, "2026-11-20", "DATE", "2026-11-20"),
        Arguments.of(text, "1970-01-01T00:00:01Z", "TIMESTAMP", 1_000_000L),
        Arguments.of(
            Schema.OPTIONAL_BYTES_SCHEMA,
            ByteBuffer.wrap(new byte[] {9, 0, -1, 9}, 1, 2),
            null,
            ByteString.copyFrom(new byte[] {0, -1})),
        Arguments.of(Decimal.builder(2).optional().build(), new BigDecimal("-0.10"), null, "-0.10"),
        Arguments.of(Decimal.builder(2).optional().build(), new BigDecimal("7.00"), null, "7.00"),
        Arguments.of(Decimal.builder(0).optional().build(), new BigDecimal("-12"), null, "-12"),
        Arguments.of(Decimal.builder(9).optional().build(), BigDecimal.ZERO, null, "0"),
        Arguments.of(
            Decimal.builder(9).optional().build(),
            new BigDecimal("-99999999999999999999999999999.999999999"),
            null,
            "-99999999999999999999999999999.999999999"),
        Arguments.of(
            Decimal.builder(38).optional().build(),
            new BigDecimal(BigInteger.ONE.shiftLeft(255).negate(), 38),
            null,
            "-578960446186580977117854925043439539266.34992332820282019728792003956564819968"),
        Arguments.of(
            Decimal.builder(40).optional().build(),
            new BigDecimal(BigInteger.ONE, 40),
            null,
            "0.0000000000000000000000000000000000000001"),
        Arguments.of(day(), new Date(-DAY), null, -1),
        Arguments.of(day(), new Date(-719162 * DAY), null, -719162),
        Arguments.of(day(), new Date(2932896 * DAY), null, 2932896),
        Arguments.of(day(), new Date(0), "STRING", "1970-01-01"),
        Arguments.of(
            Time.builder().optional().build(),
            new Date(DAY - 1),
            null,
            CivilTimeEncoder.encodePacked64TimeMicrosLocalTime(
                java.time.LocalTime.parse("23:59:59.999"))),
        Arguments.of(
            named("io.debezium.time.MicroTime", Schema.Type.INT64),
            45_296_000_001L,
            null,
            CivilTimeEncoder.encodePacked64TimeMicrosLocalTime(
                java.time.LocalTime.parse("12:34:56.000001"))),
        Arguments.of(
            named("io.debezium.time.ZonedTime", Schema.Type.STRING),
            "23:30:00-05:00",
            null,
            CivilTimeEncoder.encodePacked64TimeMicrosLocalTime(
                java.time.LocalTime.parse("04:30:00"))),
        Arguments.of(at, Date.from(noon), null, noon.toEpochMilli() * 1000),
        Arguments.of(
            at,
            Date.from(noon),
            "DATETIME",
            CivilTimeEncoder.encodePacked64DatetimeMicrosLocalDateTime(
                java.time.LocalDateTime.parse("2026-11-20T12:34:56.789"))),
        Arguments.of(micros, -1L, null, -1L),
        Arguments.of(
            micros,
            -62_135_596_800_000_000L,
            "DATETIME",
            CivilTimeEncoder.encodePacked64DatetimeMicrosLocalDateTime(
                java.time.LocalDateTime.parse("0001-01-01T00:00"))),
        Arguments.of(micros, 253_402_300_799_999_999L, null, 253_402_300_799_999_999L),
        Arguments.of(named("io.debezium.time.NanoTimestamp", Schema.Type.INT64), -1L, null, -1L),
        Arguments.of(
            named("io.debezium.time.ZonedTimestamp", Schema.Type.STRING),
            "1970-01-01T00:00:00.5-05:00",
            null,
            18_000_500_000L),
        Arguments.of(
            named("io.debezium.data.Json", Schema.Type.STRING), "{\"n\":\n1}", null, "{\"n\":\n1}"),
        Arguments.of(
            SchemaBuilder.array(Schema.INT32_SCHEMA).build(),
            List.of(3, -4),
            null,
            List.of(3L, -4L)),
        Arguments.of(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_INT64_SCHEMA).build(),
            new LinkedHashMap<>(Map.of("k", 5L)),
            null,
            List.of(Map.of("key", "k", "value", 5L))));
  }

  private static ProtoEncoder encoder(Schema value, String tableType) {
    List<TableFieldSchema> table =
        tableType == null
            ? List.of()
            : List.of(new TableFieldSchema().setName("V").setType(tableType).setMode("NULLABLE"));
    return ProtoCompiler.compile(
        ProtoEncoderTest.row(value), table, Map.of(), RowShape.Rules.USUAL);
  }

  @ParameterizedTest
  @MethodSource("values")
  void valuesKeepTheirMeaning(Schema schema, Object value, String tableType, Object expected) {
    ProtoEncoder encoder = encoder(schema, tableType);
    Struct row = new Struct(ProtoEncoderTest.row(schema)).put("v", value);
    byte[] bytes = ProtoEncoderTest.bytes(encoder, row);
    ProtoRowsReader reader = new ProtoRowsReader(encoder);
    Object read = reader.row(bytes).get("v");
    assertEquals(expected, read);
    assertArrayEquals(reader.message(bytes).toByteArray(), bytes, "is what protobuf would write");
  }

  static Stream<Arguments> refusals() {
    Schema at = Timestamp.builder().optional().build();
    return Stream.of(
        Arguments.of(day(), new Date(2932897 * DAY), null, "years 1 to 9999"),
        Arguments.of(at, new Date(Long.MAX_VALUE), null, "years 1 to 9999"),
        Arguments.of(at, new Date(-62_135_596_800_001L), null, "years 1 to 9999"),
        Arguments.of(Time.builder().optional().build(), new Date(DAY), null, "time of day"),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "a\ud800b", null, "surrogate"),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "\udc00", null, "surrogate"),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "{", "JSON", "JSON"),
        Arguments.of(
            Decimal.builder(9).optional().build(), new BigDecimal("1e29"), null, "too large"),
        Arguments.of(
            Decimal.builder(2).optional().build(), new BigDecimal("1.00"), "FLOAT", "cannot keep"),
        Arguments.of(at, new Date(0), "INTEGER", "cannot keep"),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "1", "INTEGER", "cannot keep"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whatBigQueryWouldChangeIsRefusedWithTheFieldButNotTheValue(
      Schema schema, Object value, String tableType, String reason) {
    BadRowException e =
        assertThrows(
            BadRowException.class,
            () ->
                ProtoEncoderTest.bytes(
                    encoder(schema, tableType),
                    new Struct(ProtoEncoderTest.row(schema)).put("v", value)));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
    assertTrue(e.getMessage().startsWith("field v: "), e.getMessage());
  }
}
