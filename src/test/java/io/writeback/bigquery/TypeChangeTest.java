package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a field whose type is another one than its column's. */
class TypeChangeTest extends BigQueryScenario {
  private static final Schema INTS = row(Schema.OPTIONAL_INT64_SCHEMA);
  private static final Schema TEXTS = row(Schema.OPTIONAL_STRING_SCHEMA);
  private static final String COORDINATES =
      ", __kafka_topic STRING, __kafka_partition INT64, __kafka_offset INT64,"
          + " __kafka_generation INT64)";

  private static final Map<String, String> BESIDE = Map.of("bigquery.type.change", "column");

  private BigQueryRig rig(String... settings) {
    return rig(BESIDE, settings);
  }

  private static Schema row(Schema size) {
    return SchemaBuilder.struct()
        .field("id", Schema.OPTIONAL_INT64_SCHEMA)
        .field("size", size)
        .build();
  }

  private static Struct value(Schema schema, long id, Object size) {
    return new Struct(schema).put("id", id).put("size", size);
  }

  /** A range of these values, from offset 0. */
  private static PendingRange range(BigQueryRig rig, Claim claim, Object... values) {
    TableBatch batch = rig.destination.newBatch(claim, 0, ORDERS, Optional.empty());
    for (int i = 0; i < values.length; i++) {
      Schema schema = values[i] instanceof Struct struct ? struct.schema() : null;
      SinkRecord record =
          new SinkRecord(BigQueryRig.TP.topic(), 0, schema, null, schema, values[i], i);
      batch.add(new SinkRow(record, i, OptionalLong.empty()));
    }
    return new PendingRange(claim, 0, values.length, List.of(batch), Map.of(), List.of());
  }

  /** Commits as the engine does: what has to be made again is made again, but not for ever. */
  private static CommitOutcome commit(BigQueryRig rig, Object... values) {
    Claim claim = rig.claim();
    for (int attempt = 1; attempt <= 4; attempt++) {
      CommitOutcome outcome = rig.commit(range(rig, claim, values));
      if (!(outcome instanceof Moved moved) || moved.position() != 0) {
        return outcome;
      }
    }
    throw new AssertionError("the rows do not settle");
  }

  private static List<String> columns(BigQueryRig rig) {
    return rig.tables.columns(ORDERS).orElseThrow().stream()
        .map(TableFieldSchema::getName)
        .filter(name -> !name.startsWith("__"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void aChangedTypeGoesToAColumnBesideByEveryMethod(Way way) {
    BigQueryRig rig = rig(way.config(), "bigquery.type.change", "column");
    // The table does not exist yet, and one batch brings both types.
    assertInstanceOf(
        Committed.class,
        commit(
            rig,
            value(INTS, 1, 7L),
            value(TEXTS, 2, "7"),
            value(TEXTS, 3, "x"),
            value(INTS, 4, null)));
    assertEquals(List.of("id", "size", "size__string"), columns(rig));
    assertEquals("INTEGER", rig.tables.columns(ORDERS).orElseThrow().get(1).getType());
    assertEquals(expected("7", null, null, null), rig.column("size", ORDERS));
    assertEquals(expected(null, "7", "x", null), rig.column("size__string", ORDERS));
  }

  @ParameterizedTest
  @CsvSource({"load_job", "storage_write"})
  void aSuccessorFindsTheColumnBeside(String method) {
    BigQueryRig first = rig("bigquery.write.method", method);
    first.queries.execute(
        SqlStatement.of(
            "CREATE TABLE sales.orders (id INT64, size INT64, size__string STRING" + COORDINATES));
    assertInstanceOf(Committed.class, commit(first, value(TEXTS, 1, "7")));
    assertEquals(List.of("id", "size", "size__string"), columns(first));
    assertEquals(expected("7"), first.column("size__string", ORDERS));
  }

  private static List<String> expected(String... values) {
    return new ArrayList<>(Arrays.asList(values));
  }

  @ParameterizedTest
  @CsvSource({"load_job", "storage_write"})
  void aFieldInsideOfAStructIsDivertedThere(String method) {
    BigQueryRig rig = rig("bigquery.write.method", method);
    Schema before =
        row(SchemaBuilder.struct().field("a", Schema.OPTIONAL_INT64_SCHEMA).optional().build());
    Schema after =
        row(
            SchemaBuilder.struct()
                .field("a", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
                .optional()
                .build());
    Struct old = new Struct(before.field("size").schema()).put("a", 1L);
    Struct now = new Struct(after.field("size").schema()).put("a", List.of("x", "y"));
    assertInstanceOf(Committed.class, commit(rig, value(before, 1, old), value(after, 2, now)));
    assertEquals(expected("1", null), rig.column("size.a", ORDERS));
    assertEquals(
        expected("0", "2"),
        rig.column("CAST(ARRAY_LENGTH(size.a__array_string) AS STRING)", ORDERS));
  }

  @Test
  void aMapWhoseValuesChangedGoesAsAWhole() {
    BigQueryRig rig = rig();
    Schema before =
        row(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_INT64_SCHEMA)
                .optional()
                .build());
    Schema after =
        row(
            SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                .optional()
                .build());
    assertInstanceOf(
        Committed.class,
        commit(rig, value(before, 1, Map.of("k", 1L)), value(after, 2, Map.of("k", "v"))));
    assertEquals(List.of("id", "size", "size__array_record"), columns(rig));
    assertEquals(
        expected("0", "1"), rig.column("CAST(ARRAY_LENGTH(size__array_record) AS STRING)", ORDERS));
  }

  @Test
  void rowsWithoutSchemaAreDivertedToo() {
    BigQueryRig rig = rig();
    assertInstanceOf(
        Committed.class, commit(rig, Map.of("id", 1L, "size", 7L), Map.of("id", 2L, "size", "x")));
    assertEquals(expected("7", null), rig.column("size", ORDERS));
    assertEquals(expected(null, "x"), rig.column("size__string", ORDERS));
  }

  @ParameterizedTest
  @CsvSource({"DATETIME", "JSON"})
  void aColumnThatSomebodyMadeForTextIsFilled(String type) {
    BigQueryRig rig = rig("bigquery.write.method", "storage_write");
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64, size " + type + COORDINATES));
    String text = type.equals("JSON") ? "[1]" : "2026-11-20T10:15:30";
    assertInstanceOf(Committed.class, commit(rig, value(TEXTS, 1, text)));
    assertEquals(List.of("id", "size"), columns(rig));
    assertEquals(expected("false"), rig.column("CAST(size IS NULL AS STRING)", ORDERS));
  }

  @Test
  void aColumnBesideThatIsTakenStopsEverything() {
    BigQueryRig rig = rig();
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64, size INT64, size__string DATE)"));
    FaultException taken =
        assertThrows(FaultException.class, () -> commit(rig, value(TEXTS, 1, "x")));
    assertEquals(Fault.CONFIGURATION, taken.fault());
    assertTrue(taken.getMessage().contains("size__string"), taken.getMessage());
    Schema both =
        SchemaBuilder.struct()
            .field("id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("size", Schema.OPTIONAL_STRING_SCHEMA)
            .field("SIZE__STRING", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    rig.queries.execute(SqlStatement.of("DROP TABLE sales.orders"));
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (id INT64, size INT64)"));
    BigQueryRig next = rig();
    taken =
        assertThrows(
            FaultException.class,
            () ->
                commit(
                    next, new Struct(both).put("id", 1L).put("size", "x").put("SIZE__STRING", "")));
    assertEquals(Fault.CONFIGURATION, taken.fault());
    assertEquals(List.of(), next.ids());
  }

  @Test
  void aKeyStaysWhereItIs() {
    BigQueryRig rig = rig(Way.MERGE.keyedBy("size"), "bigquery.type.change", "column");
    assertInstanceOf(Committed.class, commit(rig, value(INTS, 1, 7L)));
    BigQueryRig next = rig(Way.MERGE.keyedBy("size"), "bigquery.type.change", "column");
    Claim claim = next.claim();
    TableBatch batch = next.destination.newBatch(claim, 1, ORDERS, Optional.empty());
    batch.add(
        new SinkRow(
            new SinkRecord("orders", 0, null, null, TEXTS, value(TEXTS, 2, "x"), 1),
            1,
            OptionalLong.empty()));
    CommitOutcome outcome =
        next.commit(new PendingRange(claim, 1, 2, List.of(batch), Map.of(), List.of()));
    assertInstanceOf(Rejected.class, outcome);
    assertEquals(List.of("id", "size"), columns(next));
  }

  @Test
  void ofTwoTypesInOneBatchTheSecondStopsEverythingIfAsked() {
    BigQueryRig rig = rig("bigquery.type.change", "fail");
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (id INT64, size INT64)"));
    FaultException refused =
        assertThrows(
            FaultException.class, () -> commit(rig, value(INTS, 1, 7L), value(TEXTS, 2, "8")));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertEquals(List.of(), rig.ids());
  }
}
