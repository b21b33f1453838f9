package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.bigquery.RowShape.Decimals;
import io.writeback.bigquery.RowShape.Maps;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Maps, and values without schema, as rows. */
class RowShapeTest {
  private static final Schema TAGS =
      SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_INT64_SCHEMA).optional().build();
  private static final Schema WITH_MAP =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("tags", TAGS)
          .field(
              "deep",
              SchemaBuilder.array(SchemaBuilder.struct().field("tags", TAGS).build())
                  .optional()
                  .build())
          .build();

  private static RowShape shape(Maps maps) {
    return new RowShape(new RowShape.Rules(maps, Decimals.AUTO, TypeChange.ROWS));
  }

  private static SinkRow row(Schema schema, Object value, long offset) {
    return new SinkRow(
        new SinkRecord("orders", 0, null, null, schema, value, offset),
        offset,
        OptionalLong.empty());
  }

  private static Struct withMap() {
    Map<String, Long> tags = new LinkedHashMap<>();
    tags.put("a \"b\"", 1L);
    tags.put("c", null);
    Schema inner = WITH_MAP.field("deep").schema().valueSchema();
    return new Struct(WITH_MAP)
        .put("id", 7L)
        .put("tags", tags)
        .put("deep", List.of(new Struct(inner).put("tags", Map.of("x", 2L)), new Struct(inner)));
  }

  @Test
  void mapsBecomeJsonAtAnyDepth() {
    RowShape shape = shape(Maps.JSON);
    Struct row = shape.of(row(WITH_MAP, withMap(), 0));
    assertEquals("{\"a \\\"b\\\"\":1,\"c\":null}", row.get("tags"));
    List<Struct> deep = row.getArray("deep");
    assertEquals("{\"x\":2}", deep.get(0).get("tags"));
    assertNull(deep.get(1).get("tags"));
    assertEquals(7L, row.get("id"));
    assertSame(row.schema(), shape.of(row(WITH_MAP, withMap(), 1)).schema());
    assertEquals(
        "JSON",
        TableFields.of(
                io.writeback.sink.TableSchema.ofValue(row.schema()).columns(),
                ColumnNaming.UNDERSCORE)
            .get(1)
            .getType());
  }

  @Test
  void aStructWithoutMapsIsLeftAsItIs() {
    Schema plain = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
    Struct value = new Struct(plain).put("id", 1L);
    for (Maps maps : Maps.values()) {
      assertSame(value, shape(maps).of(row(plain, value, 0)));
    }
  }

  @Test
  void failNamesTheFieldOfTheMap() {
    BadRowException refused =
        assertThrows(BadRowException.class, () -> shape(Maps.FAIL).of(row(WITH_MAP, withMap(), 0)));
    assertTrue(refused.getMessage().contains("tags"), refused.getMessage());
    assertTrue(refused.getMessage().contains("bigquery.map"), refused.getMessage());
  }

  @Test
  void keysThatAreNoNamesAreRefusedInJson() {
    Schema schema =
        SchemaBuilder.struct()
            .field("m", SchemaBuilder.map(Schema.BYTES_SCHEMA, Schema.INT64_SCHEMA).build())
            .build();
    Struct value = new Struct(schema).put("m", Map.of(new byte[] {1}, 1L));
    assertThrows(BadRowException.class, () -> shape(Maps.JSON).of(row(schema, value, 0)));
  }

  @Test
  void aTopicsSchemaSettlesAndGrows() {
    RowShape shape = shape(Maps.RECORDS);
    Struct first = shape.of(row(null, Map.of("id", 1L, "in", Map.of("a", "x")), 0));
    assertSame(first.schema(), shape.of(row(null, Map.of("id", 2L), 1)).schema(), "absent fields");
    assertSame(
        first.schema(),
        shape.of(row(null, Map.of("id", 2L, "none", List.of(), "no", Map.of()), 1)).schema(),
        "what shows no type");
    Struct wider = shape.of(row(null, Map.of("in", Map.of("b", List.of(true)), "id", 3L), 2));
    assertEquals(List.of(true), wider.getStruct("in").get("b"));
    assertNull(wider.getStruct("in").get("a"));
    assertEquals(wider.schema(), shape.of(row(null, Map.of("id", 4L), 3)).schema());
    // A fraction after whole numbers widens; both are read.
    Struct fraction = shape.of(row(null, Map.of("id", 4.5), 4));
    assertEquals(4.5, fraction.get("id"));
    assertEquals(5.0, shape.of(row(null, Map.of("id", 5L), 5)).get("id"));
  }

  @ParameterizedTest
  @CsvSource({"text, INT64", "true, INT64"})
  void anotherTypeThanBeforeIsRefusedWithoutItsValue(String value, String type) {
    RowShape shape = shape(Maps.RECORDS);
    shape.of(row(null, Map.of("in", Map.of("n", 1L)), 0));
    Object other = value.equals("true") ? Boolean.TRUE : value;
    BadRowException refused =
        assertThrows(
            BadRowException.class, () -> shape.of(row(null, Map.of("in", Map.of("n", other)), 1)));
    assertTrue(refused.getMessage().contains("in.n"), refused.getMessage());
    assertTrue(!refused.getMessage().contains("text"), refused.getMessage());
    assertEquals(
        2L, shape.of(row(null, Map.of("in", Map.of("n", 2L)), 2)).getStruct("in").get("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"storage_write", "load_job", "insert_all"})
  void valuesWithoutSchemaAndMapsLandByEveryMethod(String method) {
    try (BigQueryStandIn standIn =
        BigQueryStandIn.start(Settings.defaults().withRateLimits(false))) {
      standIn.createDataset(DATASET, "US");
      Map<String, String> config = new HashMap<>();
      config.put("bigquery.write.method", method);
      config.put("bigquery.map", "json");
      if (method.equals("insert_all")) {
        config.put("delivery.guarantee", "at_least_once");
      }
      try (BigQueryRig rig = new BigQueryRig(standIn, config)) {
        Claim claim = rig.claim();
        List<Map<String, Object>> values =
            List.of(
                Map.of("id", 0L, "note", "a", "n", 1.5),
                Map.of("id", 1L, "n", 2L, "more", Map.of("list", List.of("x", "y"))),
                Map.of("id", 2L, "note", "c"));
        CommitOutcome outcome = null;
        for (int round = 0; round < 3 && !(outcome instanceof Committed); round++) {
          TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
          for (int i = 0; i < 3; i++) {
            batch.add(row(null, values.get(i), i));
          }
          batch.add(row(WITH_MAP, withMap(), 3));
          outcome = rig.commit(new PendingRange(claim, 0, 4, List.of(batch), Map.of(), List.of()));
        }
        assertEquals(new Committed(4), outcome);
        assertEquals(List.of("0", "1", "2", "7"), rig.ids());
        List<String> notes = new ArrayList<>(rig.notes());
        assertEquals("a", notes.get(0));
        assertNull(notes.get(1));
        assertEquals(List.of("1.5", "2.0"), rig.column("n", ORDERS).subList(0, 2));
        assertEquals("JSON", type(rig, "tags"));
        assertEquals("RECORD", type(rig, "more"));
        assertTrue(rig.column("TO_JSON_STRING(tags)", ORDERS).get(3).contains("\"c\":null"));
      }
    }
  }

  private static String type(BigQueryRig rig, String column) {
    return rig.tables.columns(ORDERS).orElseThrow().stream()
        .filter(field -> field.getName().equals(column))
        .map(TableFieldSchema::getType)
        .findFirst()
        .orElse("");
  }
}
