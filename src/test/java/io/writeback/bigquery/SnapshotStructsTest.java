package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.SnapshotStore.Promotion;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Structs of snapshots in tables whose structs are others: each field goes where its name is. */
class SnapshotStructsTest extends SnapshotScenario {
  private static final Schema POINT =
      SchemaBuilder.struct()
          .field("y", Schema.OPTIONAL_INT64_SCHEMA)
          .field("x", Schema.OPTIONAL_INT64_SCHEMA)
          .optional()
          .build();
  private static final Schema PLACE =
      SchemaBuilder.struct()
          .field("spots", SchemaBuilder.array(POINT).optional().build())
          .field("loc", POINT)
          .optional()
          .build();
  private static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .field("loc", POINT)
          .field("places", SchemaBuilder.array(PLACE).optional().build())
          .build();

  private static Struct point(long x, long y) {
    return new Struct(POINT).put("x", x).put("y", y);
  }

  private static Struct row(long id) {
    Struct first = new Struct(PLACE).put("loc", point(3, -3));
    first.put("spots", List.of(point(4, -4), point(5, -5)));
    return new Struct(ROW)
        .put("id", id)
        .put("loc", point(1, -1))
        .put("places", List.of(first, new Struct(PLACE)));
  }

  private static List<String> shown(BigQueryRig rig) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT CONCAT(CAST(id AS STRING), ' ',"
                    + " IF(loc IS NULL, 'none', CONCAT(COALESCE(CAST(CAST(loc.x AS INT64) AS STRING), '-'), '/',"
                    + " COALESCE(CAST(CAST(loc.y AS INT64) AS STRING), '-'))), ' ',"
                    + " ARRAY_TO_STRING(ARRAY(SELECT CONCAT(COALESCE(CAST(CAST(p.loc.x AS INT64) AS STRING), '-'),"
                    + " ':', ARRAY_TO_STRING(ARRAY(SELECT CONCAT(CAST(CAST(s.x AS INT64) AS STRING), '/',"
                    + " CAST(CAST(s.y AS INT64) AS STRING)) FROM UNNEST(p.spots) AS s), ','))"
                    + " FROM UNNEST(places) AS p), ' ')) AS v FROM sales.orders ORDER BY id"))
        .stream()
        .map(row -> row.text("v"))
        .toList();
  }

  private static final List<String> EXPECTED = List.of("1 1/-1 3:4/-4,5/-5 -:", "2 none ");

  private void showsThem(String columns) {
    BigQueryRig rig = rig(OVERWRITE);
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (" + columns + ")"));
    Struct bare = new Struct(ROW).put("id", 2L);
    assertEquals(Promotion.PROMOTED, show(rig, "s1", 10, row(1), bare));
    assertEquals(EXPECTED, shown(rig));
  }

  @Test
  void fieldsInAnotherOrderGoWhereTheirNamesAre() {
    showsThem(
        "places ARRAY<STRUCT<loc STRUCT<x INT64, y INT64>, spots ARRAY<STRUCT<x INT64, y INT64>>>>,"
            + " loc STRUCT<x INT64, y INT64>, id INT64");
  }

  @Test
  void fieldsOfTheTableThatRowsLackAreNull() {
    showsThem(
        "id INT64, loc STRUCT<z STRUCT<a STRING, b ARRAY<INT64>>, x INT64, more ARRAY<DATE>,"
            + " y INT64>, places ARRAY<STRUCT<name STRING, loc STRUCT<x INT64, y INT64>,"
            + " spots ARRAY<STRUCT<x INT64, y INT64, t TIMESTAMP>>>>");
  }

  @Test
  void fieldsThatTheTableLacksAreAddedToItsStructs() {
    showsThem("id INT64, loc STRUCT<x INT64>, places ARRAY<STRUCT<spots ARRAY<STRUCT<x INT64>>>>");
  }

  @Test
  void fieldsOfAWiderTypeTakeTheirValues() {
    showsThem(
        "id INT64, loc STRUCT<x STRING, y NUMERIC>,"
            + " places ARRAY<STRUCT<spots ARRAY<STRUCT<y NUMERIC, x STRING>>,"
            + " loc STRUCT<y INT64, x INT64>>>");
  }

  @Test
  void aStructWithoutAnyValueIsNoNull() {
    BigQueryRig rig = rig(OVERWRITE);
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64, loc STRUCT<x INT64, y INT64>)"));
    Struct empty = new Struct(ROW).put("id", 1L).put("loc", new Struct(POINT));
    show(rig, "s1", 10, empty);
    assertEquals(List.of("1 -/- "), shown(rig));
  }
}
