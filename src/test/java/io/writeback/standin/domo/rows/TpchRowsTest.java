package io.writeback.standin.domo.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.trino.tpch.Distributions;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.TextPool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TpchRowsTest {
  @Test
  void tablesHaveTheRowsOfTheSpecification() {
    Map<String, Long> expected =
        Map.of(
            "lineitem", 60175L,
            "orders", 15000L,
            "customer", 1500L,
            "part", 2000L,
            "partsupp", 8000L,
            "supplier", 100L,
            "nation", 25L,
            "region", 5L);
    for (String table : TpchRows.tables()) {
      RowSource rows = TpchRows.of(table, 0.01);
      assertEquals(expected.get(table), rows.rowCount(), table);
      assertEquals(expected.get(table), Pass.over(rows, row -> {}), table);
      for (String key : TpchRows.keys(table)) {
        assertEquals(DomoType.LONG, rows.columns().get(rows.indexOf(key)).type(), key);
      }
    }
  }

  @Test
  void cellsButCommentsAreThoseOfDbgen() {
    RowSource rows = TpchRows.of("lineitem", 0.001);
    Distributions words = Distributions.getDefaultDistributions();
    TextPool otherText = new TextPool(1 << 20, words);
    try (RowCursor cursor = rows.open()) {
      for (LineItem item : new LineItemGenerator(0.001, 1, 1, words, otherText)) {
        String[] row = cursor.next();
        // The benchmark's own text form differs in one thing: quantities have no places there.
        row[4] = row[4].replace(".00", "");
        row[15] = item.getComment();
        assertEquals(item.toLine(), String.join("|", row) + "|");
      }
      assertEquals(null, cursor.next());
    }
  }

  /** The first line of the reference data at scale 1. */
  @Test
  void theWellKnownFirstRowIsThere() {
    try (RowCursor rows = TpchRows.of("lineitem", 1).open()) {
      assertEquals(
          "1,155190,7706,1,17.00,21168.23,0.04,0.02,N,O,1996-03-13,1996-02-12,1996-03-22,"
              + "DELIVER IN PERSON,TRUCK",
          String.join(",", List.of(rows.next()).subList(0, 15)));
    }
  }

  @Test
  void columnsHaveTheRightTypes() {
    assertEquals(
        List.of(
            new Column("orderkey", DomoType.LONG),
            new Column("custkey", DomoType.LONG),
            new Column("orderstatus", DomoType.STRING),
            new Column("totalprice", DomoType.DECIMAL),
            new Column("orderdate", DomoType.DATE),
            new Column("orderpriority", DomoType.STRING),
            new Column("clerk", DomoType.STRING),
            new Column("shippriority", DomoType.LONG),
            new Column("comment", DomoType.STRING)),
        TpchRows.of("orders", 0.01).columns());
    RowSource items = TpchRows.of("lineitem", 0.01);
    assertEquals(DomoType.DOUBLE, items.columns().get(items.indexOf("quantity")).type());
  }

  @Test
  void everyPassIsTheSame() {
    RowSource rows = TpchRows.of("orders", 0.001);
    assertEquals(Rows.of(rows), Rows.of(rows));
  }

  @Test
  void anUnknownTableAndABadScaleAreRefusedInWords() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> TpchRows.of("line_item", 1))
            .getMessage();
    assertTrue(message.contains("line_item") && message.contains("lineitem"), message);
    assertThrows(IllegalArgumentException.class, () -> TpchRows.of("lineitem", 0));
  }
}
