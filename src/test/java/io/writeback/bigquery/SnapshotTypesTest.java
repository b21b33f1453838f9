package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableFieldSchema.RangeElementType;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.Target;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots in tables with columns of types that records do not have: RANGE and JSON. */
class SnapshotTypesTest extends SnapshotScenario {
  private static final long DAY = 86_400_000;
  private static final Schema DAYS =
      SchemaBuilder.struct()
          .field("start", org.apache.kafka.connect.data.Date.builder().optional().build())
          .field("end", org.apache.kafka.connect.data.Date.builder().optional().build())
          .optional()
          .build();
  private static final Schema TEXTS = SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build();
  private static final Schema INSIDE =
      SchemaBuilder.struct()
          .field("doc", Schema.OPTIONAL_STRING_SCHEMA)
          .field("days", Schema.OPTIONAL_STRING_SCHEMA)
          .optional()
          .build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("text", Schema.OPTIONAL_STRING_SCHEMA)
          .field("pair", DAYS)
          .field("list", TEXTS)
          .field("doc", Schema.OPTIONAL_STRING_SCHEMA)
          .field("docs", TEXTS)
          .field("debezium", JsonText.SCHEMA)
          .field("inside", INSIDE)
          .build();

  private static TableFieldSchema column(String name, String type, String mode) {
    TableFieldSchema column = new TableFieldSchema().setName(name).setType(type).setMode(mode);
    return type.equals("RANGE")
        ? column.setRangeElementType(new RangeElementType().setType("DATE"))
        : column;
  }

  private static void table(BigQueryRig rig) {
    rig.tables.ensureOwn(
        ORDERS,
        List.of(
            column("id", "INTEGER", "NULLABLE"),
            column("text", "RANGE", "NULLABLE"),
            column("pair", "RANGE", "NULLABLE"),
            column("list", "RANGE", "REPEATED"),
            column("doc", "JSON", "NULLABLE"),
            column("docs", "JSON", "REPEATED"),
            column("debezium", "JSON", "NULLABLE"),
            column("inside", "RECORD", "NULLABLE")
                .setFields(
                    List.of(
                        column("days", "RANGE", "NULLABLE"), column("doc", "JSON", "NULLABLE")))),
        new Table());
  }

  private static Struct row(long id) {
    return new Struct(ROW)
        .put("id", id)
        .put("text", "[2020-01-01, 2020-12-31)")
        .put("pair", new Struct(DAYS).put("start", new Date(DAY)))
        .put("list", List.of("[2020-01-01, UNBOUNDED)", "[UNBOUNDED, 2020-02-01)"))
        .put("doc", "{\"a\": [1, \"x\"]}")
        .put("docs", List.of("1", "\"two\"", "{\"three\":3}"))
        .put("debezium", "{\"b\":null}")
        .put("inside", new Struct(INSIDE).put("doc", "[true]").put("days", "[2020-01-01,NULL)"));
  }

  private static final Map<String, String> SHOWN =
      Map.of(
          "CAST(text AS STRING)", "[2020-01-01, 2020-12-31)",
          "CAST(pair AS STRING)", "[1970-01-02, UNBOUNDED)",
          "ARRAY_TO_STRING(list, '+')", "[2020-01-01, UNBOUNDED)+[UNBOUNDED, 2020-02-01)",
          "TO_JSON_STRING(JSON_QUERY(doc, '$.a'))", "[1,\"x\"]",
          "TO_JSON_STRING(JSON_QUERY(docs[OFFSET(2)], '$.three'))", "3",
          "TO_JSON_STRING(debezium)", "{\"b\":null}",
          "TO_JSON_STRING(JSON_QUERY(inside.doc, '$[0]'))", "true",
          "CAST(inside.days AS STRING)", "[2020-01-01, UNBOUNDED)");

  private static Map<String, String> shown(BigQueryRig rig, Target table, Map<String, String> of) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (String value : of.keySet()) {
      String sql = "SELECT " + value + " AS v FROM sales." + table.table() + " WHERE id = 1";
      shown.put(value, rig.queries.rows(SqlStatement.of(sql)).get(0).text("v"));
    }
    return shown;
  }

  @ParameterizedTest
  @CsvSource({
    "load_job,overwrite",
    "storage_write,overwrite",
    "load_job,append",
    "storage_write,append"
  })
  void rangesAndDocumentsComeThrough(String method, String mode) {
    BigQueryRig rig = rig(OVERWRITE, "bigquery.write.method", method, "write.mode", mode);
    table(rig);
    Claim claim = rig.claim();
    Struct bare = new Struct(ROW).put("id", 2L);
    // What the columns are is seen now, and the rows come again.
    assertEquals(new Moved(0), rig.commit(staged(rig, claim, "s1", 0, row(1), bare)));
    assertEquals(new Committed(2), rig.commit(staged(rig, claim, "s1", 0, row(1), bare)));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s1", 10, 2)));
    assertEquals(SHOWN, shown(rig, ORDERS, SHOWN));
    assertEquals(
        List.of("true"),
        rig
            .queries
            .rows(
                SqlStatement.of(
                    "SELECT CAST(text IS NULL AND doc IS NULL AS STRING) AS v FROM sales.orders"
                        + " WHERE id = 2"))
            .stream()
            .map(found -> found.text("v"))
            .toList());
    assertEquals(8, rig.tables.columns(ORDERS).orElseThrow().size(), "no column more");
  }

  /** A new table has what records have; a document is JSON there too. */
  @ParameterizedTest
  @ValueSource(strings = {"load_job", "storage_write"})
  void documentsComeThroughToATablePerSnapshot(String method) {
    BigQueryRig rig =
        rig(
            OVERWRITE,
            "bigquery.write.method",
            method,
            "write.mode",
            "create",
            "table.create.format",
            "{table}_{counter}");
    // Of the same name as what the tables are numbered after, and not the sink's business.
    table(rig);
    assertEquals(Promotion.PROMOTED, show(rig, "s1", 10, row(1)));
    Target first = new Target(DATASET, "orders_1");
    Map<String, String> expected =
        Map.of(
            "TO_JSON_STRING(debezium)", "{\"b\":null}",
            "doc", "{\"a\": [1, \"x\"]}",
            "text", "[2020-01-01, 2020-12-31)");
    assertEquals(expected, shown(rig, first, expected));
  }

  /** The row is errant, known by the record alone; its snapshot is not held up by a promotion. */
  @ParameterizedTest
  @CsvSource({"text,2020-01-01", "doc,{", "inside,x"})
  void whatIsNoneIsRefusedAlone(String field, String value) {
    BigQueryRig rig = rig(OVERWRITE);
    table(rig);
    Claim claim = rig.claim();
    rig.commit(staged(rig, claim, "s1", 0, row(1)));
    Struct bad = row(2);
    bad.put(field, field.equals("inside") ? new Struct(INSIDE).put("days", value) : value);
    BadRowException refused =
        assertThrows(BadRowException.class, () -> staged(rig, claim, "s1", 0, row(1), bad));
    assertTrue(refused.getMessage().startsWith("field " + field), refused::getMessage);
  }

  /** Asked to stop at another type, the sink makes no document of a text. */
  @Test
  void aColumnOfAnotherTypeStopsThePromotionIfAsked() {
    BigQueryRig rig = rig(OVERWRITE, "bigquery.type.change", "fail");
    table(rig);
    Claim claim = rig.claim();
    PendingRange range = staged(rig, claim, "s1", 0, row(1));
    assertEquals(new Committed(1), rig.commit(range));
    FaultException stopped =
        assertThrows(FaultException.class, () -> promote(rig, manifest("s1", 10, 1)));
    assertEquals(Fault.CONFIGURATION, stopped.fault());
    assertTrue(stopped.getMessage().contains("RANGE"), stopped::getMessage);
  }

  @ParameterizedTest
  @CsvSource({"column, INT64, note__string", "rows, STRING, note"})
  void aSnapshotIsShownBesideOrAsText(String policy, String noteType, String shown) {
    BigQueryRig rig = rig(OVERWRITE, "bigquery.type.change", policy);
    String idType = policy.equals("rows") ? "STRING" : "INT64";
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id " + idType + ", note " + noteType + ")"));
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1, 2));
    assertEquals(Promotion.PROMOTED, promote(rig, manifest("s1", 10, 2)));
    assertEquals(List.of("s1", "s1"), rig.column(shown, ORDERS));
    assertEquals(List.of("1", "2"), rig.ids());
  }
}
