package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import io.writeback.sink.BadRowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a value looks like in the file that BigQuery loads. */
class NdjsonEncoderTest {
  private static Schema named(String name, Schema.Type type) {
    return SchemaBuilder.type(type).name(name).optional().build();
  }

  static Stream<Arguments> values() {
    Schema nested =
        SchemaBuilder.struct().field("a b", Schema.OPTIONAL_STRING_SCHEMA).optional().build();
    return Stream.of(
        Arguments.of(Schema.OPTIONAL_BOOLEAN_SCHEMA, true, "true"),
        Arguments.of(Schema.OPTIONAL_INT8_SCHEMA, (byte) -128, "-128"),
        Arguments.of(Schema.OPTIONAL_INT16_SCHEMA, (short) 32767, "32767"),
        Arguments.of(Schema.OPTIONAL_INT64_SCHEMA, Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(Schema.OPTIONAL_FLOAT32_SCHEMA, 0.1f, "0.10000000149011612"),
        Arguments.of(Schema.OPTIONAL_FLOAT64_SCHEMA, Double.MIN_VALUE, "4.9E-324"),
        Arguments.of(Schema.OPTIONAL_FLOAT64_SCHEMA, Double.NaN, "\"NaN\""),
        Arguments.of(Schema.OPTIONAL_FLOAT64_SCHEMA, Double.NEGATIVE_INFINITY, "\"-Infinity\""),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "", "\"\""),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "null", "\"null\""),
        Arguments.of(
            Schema.OPTIONAL_STRING_SCHEMA,
            "\"a\",\n\r\\😀\u0000",
            "\"\\\"a\\\",\\n\\r\\\\😀\\u0000\""),
        Arguments.of(Schema.OPTIONAL_BYTES_SCHEMA, new byte[] {0, (byte) 0xff}, "\"AP8=\""),
        Arguments.of(
            Schema.OPTIONAL_BYTES_SCHEMA,
            ByteBuffer.wrap(new byte[] {9, 0, (byte) 0xff, 9}, 1, 2),
            "\"AP8=\""),
        Arguments.of(Decimal.builder(2).optional().build(), new BigDecimal("-0.10"), "\"-0.10\""),
        Arguments.of(
            Decimal.builder(20).optional().build(),
            new BigDecimal("1.00000000000000000001"),
            "\"1.00000000000000000001\""),
        Arguments.of(
            Decimal.builder(40).optional().build(),
            new BigDecimal(BigInteger.ONE, 40),
            "\"0.0000000000000000000000000000000000000001\""),
        Arguments.of(
            org.apache.kafka.connect.data.Date.builder().optional().build(),
            new Date(-86_400_000L),
            "\"1969-12-31\""),
        Arguments.of(Time.builder().optional().build(), new Date(1), "\"00:00:00.001\""),
        Arguments.of(
            Timestamp.builder().optional().build(),
            Date.from(Instant.parse("1969-12-31T23:59:59.999Z")),
            "\"1969-12-31 23:59:59.999 UTC\""),
        Arguments.of(named("io.debezium.time.Date", Schema.Type.INT32), 0, "\"1970-01-01\""),
        Arguments.of(
            named("io.debezium.time.MicroTime", Schema.Type.INT64), 1L, "\"00:00:00.000001\""),
        Arguments.of(
            named("io.debezium.time.NanoTime", Schema.Type.INT64), 1_000L, "\"00:00:00.000001\""),
        Arguments.of(
            named("io.debezium.time.Timestamp", Schema.Type.INT64),
            0L,
            "\"1970-01-01 00:00:00 UTC\""),
        Arguments.of(
            named("io.debezium.time.MicroTimestamp", Schema.Type.INT64),
            -1L,
            "\"1969-12-31 23:59:59.999999 UTC\""),
        Arguments.of(
            named("io.debezium.time.NanoTimestamp", Schema.Type.INT64),
            1_999L,
            "\"1970-01-01 00:00:00.000001 UTC\""),
        Arguments.of(
            named("io.debezium.time.ZonedTimestamp", Schema.Type.STRING),
            "2026-11-20T23:30:00.5-05:00",
            "\"2026-11-21 04:30:00.5 UTC\""),
        Arguments.of(
            named("io.debezium.time.ZonedTime", Schema.Type.STRING),
            "23:30:00-05:00",
            "\"04:30:00\""),
        Arguments.of(
            named("io.debezium.data.Json", Schema.Type.STRING),
            "{\"n\":\n1.10000000000000000000000001}",
            "{\"n\": 1.10000000000000000000000001}"),
        Arguments.of(nested, new Struct(nested).put("a b", "x"), "{\"a_b\":\"x\"}"),
        Arguments.of(
            SchemaBuilder.array(Schema.INT32_SCHEMA).optional().build(), List.of(1, 2), "[1,2]"),
        Arguments.of(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_INT32_SCHEMA)
                .optional()
                .build(),
            mapOf("a", 1, "b", null),
            "[{\"key\":\"a\",\"value\":1},{\"key\":\"b\"}]"));
  }

  private static Map<String, Object> mapOf(String k1, Object v1, String k2, Object v2) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(k1, v1);
    map.put(k2, v2);
    return map;
  }

  @ParameterizedTest
  @MethodSource("values")
  void writesValuesExactly(Schema schema, Object value, String json) {
    assertEquals("{\"f\":" + json + "}", encode(schema, value));
  }

  @Test
  void leavesNullOut() {
    assertEquals("{}", encode(Schema.OPTIONAL_STRING_SCHEMA, null));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "secret\ud83d"),
        Arguments.of(Schema.OPTIONAL_STRING_SCHEMA, "\ude00secret"),
        Arguments.of(Decimal.builder(0).optional().build(), new BigDecimal(BigInteger.TEN.pow(29))),
        Arguments.of(
            Decimal.builder(38).optional().build(),
            new BigDecimal(BigInteger.ONE.shiftLeft(255), 38)),
        Arguments.of(
            org.apache.kafka.connect.data.Date.builder().optional().build(),
            new Date(253_402_300_800_000L)),
        Arguments.of(Timestamp.builder().optional().build(), new Date(-62_135_596_800_001L)),
        Arguments.of(Timestamp.builder().optional().build(), new Date(Long.MAX_VALUE)),
        Arguments.of(named("io.debezium.time.Time", Schema.Type.INT32), 86_400_000),
        Arguments.of(named("io.debezium.time.Time", Schema.Type.INT32), -1),
        Arguments.of(named("io.debezium.time.ZonedTimestamp", Schema.Type.STRING), "secret"),
        Arguments.of(named("io.debezium.data.Json", Schema.Type.STRING), "{\"secret\":"),
        Arguments.of(named("io.debezium.data.Json", Schema.Type.STRING), "1 \"secret\""),
        Arguments.of(named("io.debezium.data.Json", Schema.Type.STRING), ""),
        Arguments.of(
            SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).optional().build(),
            java.util.Arrays.asList(1, null)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWhatWouldChangeAndNamesTheFieldOnly(Schema schema, Object value) {
    BadRowException refused = assertThrows(BadRowException.class, () -> encode(schema, value));
    assertTrue(refused.getMessage().startsWith("field f: "), refused.getMessage());
    assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
  }

  @Test
  void keepsTheLargestValuesOfItsDecimals() {
    BigDecimal bigNumeric =
        new BigDecimal(BigInteger.ONE.shiftLeft(255).subtract(BigInteger.ONE), 38);
    assertEquals(
        "{\"f\":\"" + bigNumeric + "\"}",
        encode(Decimal.builder(38).optional().build(), bigNumeric));
    assertEquals(
        "{\"f\":\"-99999999999999999999999999999\"}",
        encode(
            Decimal.builder(0).optional().build(),
            BigDecimal.TEN.pow(29).subtract(BigDecimal.ONE).negate()));
  }

  @Test
  void readsVariableScale() {
    Schema schema =
        SchemaBuilder.struct()
            .name("io.debezium.data.VariableScaleDecimal")
            .field("scale", Schema.INT32_SCHEMA)
            .field("value", Schema.BYTES_SCHEMA)
            .optional()
            .build();
    Struct value = new Struct(schema).put("scale", 3).put("value", new byte[] {(byte) 0x80});
    assertEquals("{\"f\":\"-0.128\"}", encode(schema, value));
  }

  @Test
  void refusesTwoFieldsForOneColumn() {
    Schema schema =
        SchemaBuilder.struct()
            .field("a b", Schema.STRING_SCHEMA)
            .field("A_B", Schema.STRING_SCHEMA)
            .build();
    BadRowException refused =
        assertThrows(BadRowException.class, () -> NdjsonEncoder.of(schema, RowShape.Rules.USUAL));
    assertTrue(refused.getMessage().contains("a b and A_B"), refused.getMessage());
  }

  private static String encode(Schema schema, Object value) {
    Schema row = SchemaBuilder.struct().field("f", schema).build();
    Struct struct = new Struct(row).put("f", value);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = NdjsonEncoder.JSON.createGenerator(out)) {
      json.writeStartObject();
      NdjsonEncoder.of(row, RowShape.Rules.USUAL).writeMembers(struct, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
