package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.util.HashMap;
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

/** Which columns fields get, and that rows land in them by every way of writing. */
class ColumnNamingTest extends BigQueryScenario {
  private static final Schema INNER =
      SchemaBuilder.struct().field("in/out %", Schema.OPTIONAL_INT64_SCHEMA).optional().build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("Order Id", Schema.INT64_SCHEMA)
          .field("Größe in %", Schema.OPTIONAL_STRING_SCHEMA)
          .field("f_2", Schema.OPTIONAL_STRING_SCHEMA)
          .field("9 Leben", Schema.OPTIONAL_STRING_SCHEMA)
          .field("price ($)", Schema.OPTIONAL_STRING_SCHEMA)
          .field("select", Schema.OPTIONAL_STRING_SCHEMA)
          .field("at", Schema.OPTIONAL_STRING_SCHEMA)
          .field("inner", INNER)
          .build();

  private static PendingRange range(BigQueryRig rig, Claim claim, long start, long id) {
    Struct row = new Struct(ROW).put("inner", new Struct(INNER).put("in/out %", id));
    ROW.fields().stream()
        .filter(field -> field.schema() == Schema.OPTIONAL_STRING_SCHEMA)
        .forEach(field -> row.put(field, field.name() + " of " + id));
    row.put("Order Id", id);
    TableBatch batch = rig.destination.newBatch(claim, start, ORDERS, Optional.empty());
    SinkRecord record =
        new SinkRecord("orders", 0, Schema.INT64_SCHEMA, id, row.schema(), row, start);
    batch.add(new SinkRow(record, start, OptionalLong.empty()));
    return new PendingRange(claim, start, start + 1, List.of(batch), Map.of(), List.of());
  }

  /** Of the one row: values by column, with those inside of structs. */
  private static Map<String, String> values(BigQueryRig rig) {
    Map<String, String> values = new HashMap<>();
    for (TableFieldSchema column : rig.tables.columns(ORDERS).orElseThrow()) {
      String name = column.getName();
      if (column.getFields() != null) {
        String inner = column.getFields().get(0).getName();
        values.put(name + "." + inner, read(rig, "`" + name + "`.`" + inner + "`"));
      } else if (!name.startsWith("__kafka")) {
        values.put(name, read(rig, "`" + name + "`"));
      }
    }
    return values;
  }

  private static String read(BigQueryRig rig, String expression) {
    return rig.queries
        .rows(SqlStatement.of("SELECT " + expression + " AS v FROM sales.orders"))
        .get(0)
        .text("v");
  }

  private static Map<String, String> expected(ColumnNaming naming, long id) {
    Map<String, String> expected = new HashMap<>();
    ROW.fields().stream()
        .filter(field -> field.schema() == Schema.OPTIONAL_STRING_SCHEMA)
        .forEach(field -> expected.put(naming.of(field.name()), field.name() + " of " + id));
    expected.put(naming.of("Order Id"), String.valueOf(id));
    expected.put("inner." + naming.of("in/out %"), String.valueOf(id));
    return expected;
  }

  @ParameterizedTest
  @CsvSource({
    "FLEXIBLE,LOAD_JOB",
    "FLEXIBLE,STREAMS",
    "FLEXIBLE,INSERT_ALL",
    "FLEXIBLE,MERGE",
    "FLEXIBLE,CHANGES",
    "SUFFIX,MERGE",
    "SUFFIX,STREAMS",
    "UNDERSCORE,STREAMS"
  })
  void rowsLandInTheColumnsOfTheirFields(ColumnNaming naming, Way way) {
    BigQueryRig rig =
        rig(
            way.keyedBy("Order Id"),
            "bigquery.table.cluster",
            "Order Id",
            "bigquery.column.names",
            naming.name().toLowerCase(java.util.Locale.ROOT));
    Claim claim = rig.claim();
    assertEquals(new Committed(1), rig.commit(range(rig, claim, 0, 7)));
    if (way.upserts()) {
      assertEquals(new Committed(2), rig.commit(range(rig, claim, 1, 7)));
    }
    assertEquals(expected(naming, 7), values(rig));
    assertEquals(
        List.of(naming.of("Order Id")),
        rig.tables.find(ORDERS).orElseThrow().getClustering().getFields());
  }

  @Test
  void namesThatBigQueryTakesStayIfFlexible() {
    for (String name : List.of("Größe in %", "9 Leben", "größer<>#|'=:+&-", "價格", "_x", "a")) {
      assertEquals(name, ColumnNaming.FLEXIBLE.of(name));
      assertTrue(ColumnNames.isColumn(name));
    }
    assertEquals("price (cm)".length() + 9, ColumnNaming.FLEXIBLE.of("price (cm)").length());
    assertTrue(ColumnNaming.FLEXIBLE.of("price (cm)").startsWith("price _cm__"));
    assertTrue(ColumnNaming.FLEXIBLE.of("_partition").startsWith("f_partition_"));
    assertTrue(ColumnNaming.FLEXIBLE.of("").startsWith("__"));
  }

  /** The column of a field must be its own column, or what is made of it twice goes astray. */
  @ParameterizedTest
  @EnumSource(ColumnNaming.class)
  void aColumnsNameIsItsOwn(ColumnNaming naming) {
    String longest = "😀".repeat(200);
    for (String name : List.of("a b", "9", "", "_TABLE_x", "é", longest, "x".repeat(400), "😀a")) {
      String column = naming.of(name);
      assertTrue(ColumnNames.isColumn(column), column);
      assertTrue(column.length() <= 300);
      assertEquals(column, naming.of(column));
    }
  }

  @Test
  void changedNamesDoNotMeetIfTheyHaveSuffixes() {
    List<String> fields = List.of("a b", "a.b", "a_b");
    BadRowException refused =
        assertThrows(BadRowException.class, () -> ColumnNaming.UNDERSCORE.all(fields));
    assertTrue(refused.getMessage().contains("bigquery.column.names=suffix"), refused::getMessage);
    for (ColumnNaming naming : List.of(ColumnNaming.SUFFIX, ColumnNaming.FLEXIBLE)) {
      List<String> columns = naming.all(fields);
      assertEquals("a_b", columns.get(2));
      // Alone as among the others.
      fields.forEach(field -> assertEquals(naming.all(List.of(field)), List.of(naming.of(field))));
      assertEquals(3, columns.stream().distinct().count());
    }
    // No suffix tells them apart, for BigQuery does not.
    BadRowException alike =
        assertThrows(BadRowException.class, () -> ColumnNaming.FLEXIBLE.all(List.of("Ä", "ä")));
    assertFalse(alike.getMessage().contains("suffix"), alike::getMessage);
  }

  /** Tables keep the columns they have: nothing changes until the configuration does. */
  @Test
  void theUsualNamesAreThoseOfBefore() {
    BigQueryRig rig = rig(Map.of());
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, 7));
    assertEquals(
        List.of("Order_Id", "Gr__e_in__", "f_2", "_9_Leben", "price____", "select", "at", "inner"),
        rig.tables.columns(ORDERS).orElseThrow().stream().map(TableFieldSchema::getName).toList());
    rig.destination.release(claim);
    BigQueryRig flexible = rig(Map.of("bigquery.column.names", "flexible"));
    assertEquals(new Committed(2), flexible.commit(range(flexible, flexible.claim(), 1, 8)));
    assertEquals(
        List.of("7|-", "-|8"),
        rig
            .queries
            .rows(
                SqlStatement.of(
                    "SELECT CONCAT(IFNULL(CAST(Order_Id AS STRING), '-'), '|',"
                        + " IFNULL(CAST(`Order Id` AS STRING), '-')) AS v FROM sales.orders"
                        + " ORDER BY `Order Id` NULLS FIRST"))
            .stream()
            .map(row -> row.text("v"))
            .toList());
  }
}
