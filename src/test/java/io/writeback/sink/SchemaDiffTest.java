package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.SchemaDiff.Change;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class SchemaDiffTest {
  private static final TableColumn ID = TableColumn.of("id", ColumnType.INT32, false);

  @Test
  void equalSchemasNeedNothing() {
    assertTrue(diff(List.of(ID), List.of(ID)).isEmpty());
    assertTrue(diff(List.of(ID), List.of(ID.named("ID"))).isEmpty(), "case does not matter");
  }

  @Test
  void newColumnsAreAdded() {
    TableColumn name = TableColumn.of("name", ColumnType.STRING, true);
    assertEquals(List.of(name), diff(List.of(ID), List.of(ID, name)).added());
  }

  @Test
  void columnsThatAreMissingOrNullableAreRelaxed() {
    assertEquals(List.of("id"), diff(List.of(ID), List.of()).relaxed());
    assertEquals(List.of("id"), diff(List.of(ID), List.of(ID.nullable(true))).relaxed());
    assertTrue(diff(List.of(ID.nullable(true)), List.of()).isEmpty());
  }

  @Test
  void typesGrow() {
    TableColumn wide = TableColumn.of("id", ColumnType.INT64, false);
    assertEquals(List.of(new Change(ID, wide)), diff(List.of(ID), List.of(wide)).widened());
    assertTrue(diff(List.of(wide), List.of(ID)).isEmpty(), "a narrow value fits a wide column");
  }

  @Test
  void decimalsGrowByScale() {
    TableColumn two = TableColumn.decimal("x", 2, true);
    TableColumn four = TableColumn.decimal("x", 4, true);
    assertEquals(List.of(new Change(two, four)), diff(List.of(two), List.of(four)).widened());
    assertTrue(diff(List.of(four), List.of(two)).isEmpty());
  }

  @Test
  void typesThatDoNotFitAreChanged() {
    TableColumn text = TableColumn.of("id", ColumnType.STRING, false);
    assertEquals(List.of(new Change(ID, text)), diff(List.of(ID), List.of(text)).changed());
  }

  @Test
  void structsGrowByFields() {
    TableColumn one = struct(ID);
    TableColumn two = struct(ID, TableColumn.of("name", ColumnType.STRING, true));
    assertEquals(List.of(new Change(one, two)), diff(List.of(one), List.of(two)).widened());
    assertTrue(diff(List.of(two), List.of(one)).isEmpty());
  }

  @Test
  void connectSchemasKeepTheirMeaning() {
    Schema value =
        SchemaBuilder.struct()
            .field("price", Decimal.builder(3).optional().build())
            .field("day", Date.SCHEMA)
            .field("at", Timestamp.SCHEMA)
            .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build())
            .build();
    List<TableColumn> columns = TableSchema.ofValue(value).columns();
    assertEquals(Optional.of(3), columns.get(0).scale());
    assertEquals(ColumnType.DECIMAL, columns.get(0).type());
    assertTrue(columns.get(0).nullable());
    assertEquals(ColumnType.DATE, columns.get(1).type());
    assertEquals(ColumnType.TIMESTAMP, columns.get(2).type());
    assertEquals(ColumnType.STRING, columns.get(3).fields().get(0).type());
  }

  @Test
  void aManifestDescribesTheSameColumns() {
    TableSchema schema = TableSchema.ofManifest(Manifests.of("s1", 1).build());
    assertEquals(ColumnType.INT64, schema.column("ID").orElseThrow().type());
    assertTrue(schema.column("id").orElseThrow().nullable());
  }

  @Test
  void aValueWithoutSchemaIsRefusedInWords() {
    DataException e = assertThrows(DataException.class, () -> TableSchema.ofValue(null));
    assertTrue(e.getMessage().contains("value.converter"), e.getMessage());
  }

  private static TableColumn struct(TableColumn... fields) {
    return new TableColumn(
        "s", ColumnType.STRUCT, true, Optional.empty(), Optional.empty(), List.of(fields));
  }

  private static SchemaDiff diff(List<TableColumn> table, List<TableColumn> rows) {
    return SchemaDiff.between(new TableSchema(table), new TableSchema(rows));
  }
}
