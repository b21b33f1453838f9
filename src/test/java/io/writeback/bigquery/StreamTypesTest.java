package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import java.math.BigDecimal;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** Every type on its way through the real grpc client, read back by SQL. */
class StreamTypesTest {
  private static final long DAY = 86_400_000L;

  /** A column: its schema, the value that is sent, the SQL that reads it and what that finds. */
  private record Case(Schema schema, Object value, String sql, String expected) {}

  private static Schema named(String name, Schema.Type type) {
    return SchemaBuilder.type(type).name(name).optional().build();
  }

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    Schema date = org.apache.kafka.connect.data.Date.builder().optional().build();
    Schema at = Timestamp.builder().optional().build();
    Schema micros = named("io.debezium.time.MicroTimestamp", Schema.Type.INT64);
    cases.put("b", new Case(Schema.OPTIONAL_BOOLEAN_SCHEMA, true, "CAST(b AS STRING)", "true"));
    cases.put("i8", new Case(Schema.OPTIONAL_INT8_SCHEMA, (byte) -128, "i8", "-128"));
    cases.put("i16", new Case(Schema.OPTIONAL_INT16_SCHEMA, (short) 32767, "i16", "32767"));
    cases.put("i32", new Case(Schema.OPTIONAL_INT32_SCHEMA, -5, "i32", "-5"));
    cases.put(
        "lo", new Case(Schema.OPTIONAL_INT64_SCHEMA, Long.MIN_VALUE, "lo", "" + Long.MIN_VALUE));
    cases.put(
        "hi", new Case(Schema.OPTIONAL_INT64_SCHEMA, Long.MAX_VALUE, "hi", "" + Long.MAX_VALUE));
    cases.put(
        "f32", new Case(Schema.OPTIONAL_FLOAT32_SCHEMA, 0.5f, "CAST(f32 = 0.5 AS STRING)", "true"));
    cases.put(
        "f64",
        new Case(
            Schema.OPTIONAL_FLOAT64_SCHEMA,
            Double.MAX_VALUE,
            "CAST(f64 = 1.7976931348623157E308 AS STRING)",
            "true"));
    cases.put("nan", new Case(Schema.OPTIONAL_FLOAT64_SCHEMA, Double.NaN, "nan", "NaN"));
    cases.put("s", new Case(Schema.OPTIONAL_STRING_SCHEMA, "a\n\"é😀", "s", "a\n\"é😀"));
    cases.put("e", new Case(Schema.OPTIONAL_STRING_SCHEMA, "", "e", ""));
    cases.put("y", new Case(Schema.OPTIONAL_BYTES_SCHEMA, new byte[] {0, -1}, "y", "AP8="));
    cases.put(
        "n",
        new Case(
            Decimal.builder(9).optional().build(),
            new BigDecimal("-99999999999999999999999999999.999999999"),
            "CAST(n AS STRING)",
            "-99999999999999999999999999999.999999999"));
    cases.put("d0", new Case(date, new Date(-719162 * DAY), "CAST(d0 AS STRING)", "0001-01-01"));
    cases.put("d1", new Case(date, new Date(2932896 * DAY), "CAST(d1 AS STRING)", "9999-12-31"));
    cases.put(
        "t",
        new Case(
            named("io.debezium.time.MicroTime", Schema.Type.INT64),
            86_399_999_999L,
            "CAST(t AS STRING)",
            "23:59:59.999999"));
    cases.put(
        "tm",
        new Case(
            Time.builder().optional().build(),
            new Date(DAY - 1),
            "CAST(tm = TIME '23:59:59.999' AS STRING)",
            "true"));
    cases.put("ts", new Case(at, new Date(1_763_642_096_789L), "ts", "1763642096789000"));
    cases.put("ts0", new Case(micros, -62_135_596_800_000_000L, "ts0", "-62135596800000000"));
    cases.put("ts1", new Case(micros, 253_402_300_799_999_999L, "ts1", "253402300799999999"));
    cases.put(
        "z",
        new Case(
            named("io.debezium.time.ZonedTimestamp", Schema.Type.STRING),
            "1970-01-01T00:00:00.5-05:00",
            "z",
            "18000500000"));
    cases.put(
        "a",
        new Case(
            SchemaBuilder.array(Schema.INT32_SCHEMA).optional().build(),
            List.of(3, -4),
            "CAST(ARRAY_LENGTH(a) AS STRING)",
            "2"));
    cases.put("nul", new Case(Schema.OPTIONAL_STRING_SCHEMA, null, "nul", null));
    return cases;
  }

  @Test
  void everyTypeIsReadBackAsItWasSent() {
    try (BigQueryStandIn standIn =
        BigQueryStandIn.start(Settings.defaults().withRateLimits(false))) {
      standIn.createDataset(DATASET, "US");
      try (BigQueryRig rig =
          new BigQueryRig(standIn, Map.of("bigquery.write.method", "storage_write"))) {
        Map<String, Case> cases = cases();
        SchemaBuilder builder = SchemaBuilder.struct();
        cases.forEach((name, c) -> builder.field(name, c.schema()));
        Schema schema = builder.build();
        Struct row = new Struct(schema);
        cases.forEach((name, c) -> row.put(name, c.value()));
        Claim claim = rig.claim();
        TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
        batch.add(
            new SinkRow(
                new SinkRecord("orders", 0, null, null, schema, row, 0), 0, OptionalLong.empty()));
        assertEquals(
            new Committed(1),
            rig.commit(new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of())));
        Map<String, String> expected = new LinkedHashMap<>();
        Map<String, String> found = new LinkedHashMap<>();
        cases.forEach(
            (name, c) -> {
              expected.put(name, c.expected());
              found.put(name, read(rig, c.sql()));
            });
        assertEquals(expected, found);
      }
    }
  }

  private static String read(BigQueryRig rig, String sql) {
    return rig.queries
        .rows(SqlStatement.of("SELECT " + sql + " AS v FROM sales.orders"))
        .get(0)
        .text("v");
  }
}
