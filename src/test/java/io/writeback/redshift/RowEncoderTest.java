package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.BadRowException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;

/** Values as CSV, as COPY reads it. */
class RowEncoderTest {
  private static Schema one(Schema field) {
    return SchemaBuilder.struct().field("f", field).build();
  }

  private static String encode(Schema field, Object value) {
    Schema schema = one(field);
    CsvRow row = new CsvRow();
    row.begin(NullToken.bytes(0));
    RowEncoder encoder = RowEncoder.of(schema);
    assertTrue(encoder.encode(new Struct(schema).put("f", value), row));
    return text(row);
  }

  private static String text(CsvRow row) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      row.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static java.util.Date at(String instant) {
    return java.util.Date.from(Instant.parse(instant));
  }

  @Test
  void nullEmptyTextAndBackslashNAreThreeDifferentThings() {
    assertEquals("~wb0~\n", encode(Schema.OPTIONAL_STRING_SCHEMA, null));
    assertEquals("\"\"\n", encode(Schema.OPTIONAL_STRING_SCHEMA, ""));
    assertEquals("\"\\N\"\n", encode(Schema.OPTIONAL_STRING_SCHEMA, "\\N"));
  }

  @Test
  void textIsQuotedAndOnlyQuotesAreChanged() {
    String nasty = " a,b\n\"c\"\r\n\t😀 ünï 漢 ";
    assertEquals("\"" + nasty.replace("\"", "\"\"") + "\"\n", encode(Schema.STRING_SCHEMA, nasty));
  }

  @Test
  void eachTypeHasOneForm() {
    assertEquals("true\n", encode(Schema.BOOLEAN_SCHEMA, true));
    assertEquals("-128\n", encode(Schema.INT8_SCHEMA, Byte.MIN_VALUE));
    assertEquals("-32768\n", encode(Schema.INT16_SCHEMA, Short.MIN_VALUE));
    assertEquals("2147483647\n", encode(Schema.INT32_SCHEMA, Integer.MAX_VALUE));
    assertEquals("-9223372036854775808\n", encode(Schema.INT64_SCHEMA, Long.MIN_VALUE));
    assertEquals("9223372036854775807\n", encode(Schema.INT64_SCHEMA, Long.MAX_VALUE));
    assertEquals("1.4E-45\n", encode(Schema.FLOAT32_SCHEMA, Float.MIN_VALUE));
    assertEquals("NaN\n", encode(Schema.FLOAT64_SCHEMA, Double.NaN));
    assertEquals("\"00ff\"\n", encode(Schema.BYTES_SCHEMA, new byte[] {0, -1}));
    assertEquals("\"00ff\"\n", encode(Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {0, -1})));
    assertEquals("0.0000001\n", encode(Decimal.schema(7), new BigDecimal("0.0000001")));
    assertEquals("2026-11-21\n", encode(Date.SCHEMA, at("2026-11-21T00:00:00Z")));
    assertEquals("23:59:59.999\n", encode(Time.SCHEMA, at("1970-01-01T23:59:59.999Z")));
    assertEquals(
        "1969-12-31 23:59:59.999\n", encode(Timestamp.SCHEMA, at("1969-12-31T23:59:59.999Z")));
    assertEquals(
        "\"[1,null]\"\n",
        encode(SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build(), Arrays.asList(1, null)));
    assertEquals(
        "\"{\"\"a\\\"\"\\n\"\":true}\"\n",
        encode(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.BOOLEAN_SCHEMA).build(),
            Map.of("a\"\n", true)));
  }

  @Test
  void longsAreWrittenAsJavaWritesThem() {
    Random random = new Random(7);
    for (int i = 0; i < 5000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertEquals(value + "\n", encode(Schema.INT64_SCHEMA, value));
    }
  }

  @Test
  @SuppressWarnings("JavaUtilDate")
  void datesAreWrittenAsJavaWritesThem() {
    Random random = new Random(11);
    DateTimeFormatter form =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
    long min = LocalDate.of(1, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    long max = LocalDate.of(10_000, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
    for (int i = 0; i < 5000; i++) {
      long ms = random.nextLong(min, max);
      assertEquals(
          form.format(Instant.ofEpochMilli(ms)) + "\n",
          encode(Timestamp.SCHEMA, new java.util.Date(ms)));
    }
  }

  @Test
  void aValueThatIsTheNullTokenMakesTheRowTakeTheNextOne() {
    Schema schema = one(Schema.OPTIONAL_STRING_SCHEMA);
    RowEncoder encoder = RowEncoder.of(schema);
    Struct value = new Struct(schema).put("f", NullToken.text(0));
    CsvRow row = new CsvRow();
    row.begin(NullToken.bytes(0));
    assertFalse(encoder.encode(value, row));
    row.begin(NullToken.bytes(1));
    assertTrue(encoder.encode(value, row));
  }

  @Test
  void aBadValueIsRefusedByFieldNameAndWithoutTheValue() {
    for (String bad : List.of("secret\0", "secret\ud800", "secret".repeat(11_000))) {
      BadRowException e =
          assertThrows(BadRowException.class, () -> encode(Schema.STRING_SCHEMA, bad));
      assertTrue(e.getMessage().startsWith("field f "), e.getMessage());
      assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }
    assertThrows(
        BadRowException.class, () -> encode(Decimal.schema(2), new BigDecimal("1e40").setScale(2)));
    assertThrows(BadRowException.class, () -> encode(Schema.BYTES_SCHEMA, new byte[0]));
    assertThrows(BadRowException.class, () -> encode(Date.SCHEMA, at("-0001-01-01T00:00:00Z")));
    assertThrows(BadRowException.class, () -> RowEncoder.of(Schema.STRING_SCHEMA));
    assertThrows(BadRowException.class, () -> RowEncoder.of(one(Decimal.schema(40))));
  }

  /** Years before Christ and with five digits have no form that COPY reads for sure. */
  @Test
  void datesEndWithTheYears1And9999() {
    assertEquals(
        "0001-01-01 00:00:00.000\n", encode(Timestamp.SCHEMA, at("0001-01-01T00:00:00.000Z")));
    assertEquals(
        "9999-12-31 23:59:59.999\n", encode(Timestamp.SCHEMA, at("9999-12-31T23:59:59.999Z")));
    for (String beyond : List.of("0000-12-31T23:59:59.999Z", "+10000-01-01T00:00:00.000Z")) {
      for (Schema type : List.of(Timestamp.SCHEMA, Date.SCHEMA)) {
        BadRowException e = assertThrows(BadRowException.class, () -> encode(type, at(beyond)));
        assertEquals("field f is outside of the years 1 to 9999", e.getMessage());
      }
    }
  }

  @Test
  void decimalsEndWithThe38thDigit() {
    BigDecimal most = new BigDecimal("9".repeat(38));
    for (int scale : List.of(0, 2, 37)) {
      BigDecimal fits = most.movePointLeft(scale);
      assertEquals(fits.toPlainString() + "\n", encode(Decimal.schema(scale), fits));
      BigDecimal beyond = fits.add(BigDecimal.ONE.movePointLeft(scale));
      BadRowException e =
          assertThrows(BadRowException.class, () -> encode(Decimal.schema(scale), beyond));
      assertEquals("field f does not fit NUMERIC(38," + scale + ")", e.getMessage());
    }
    for (int scale : List.of(-1, 38)) {
      assertThrows(BadRowException.class, () -> RowEncoder.of(one(Decimal.schema(scale))));
    }
  }

  @Test
  void columnsAreAsWideAsTheLongestValueOfAGoodRow() {
    Schema schema =
        SchemaBuilder.struct()
            .field("a", Schema.STRING_SCHEMA)
            .field("b", Schema.STRING_SCHEMA)
            .build();
    RowEncoder encoder = RowEncoder.of(schema);
    CsvRow row = new CsvRow();
    row.begin(NullToken.bytes(0));
    encoder.encode(new Struct(schema).put("a", "ü".repeat(200)).put("b", ""), row);
    row.begin(NullToken.bytes(0));
    assertThrows(
        BadRowException.class,
        () -> encoder.encode(new Struct(schema).put("a", "x".repeat(5000)).put("b", "\0"), row));
    assertEquals(List.of(400, 1), encoder.columns().stream().map(c -> c.type().size()).toList());
  }
}
