package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.InsertAllRequest;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.StandardSQLTypeName;
import com.google.cloud.bigquery.TableId;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every type through insertAll, a query and tabledata.list, exact. */
class TypesTest {
  private static Field field(String name, StandardSQLTypeName type) {
    return Field.of(name, type);
  }

  @Test
  void valuesComeBackAsTheyWere() throws Exception {
    try (StandInClient bq = new StandInClient()) {
      TableId id =
          bq.table(
              "types",
              field("i", StandardSQLTypeName.INT64),
              field("f", StandardSQLTypeName.FLOAT64),
              field("n", StandardSQLTypeName.NUMERIC),
              field("bn", StandardSQLTypeName.BIGNUMERIC),
              field("b", StandardSQLTypeName.BOOL),
              field("s", StandardSQLTypeName.STRING),
              field("y", StandardSQLTypeName.BYTES),
              field("d", StandardSQLTypeName.DATE),
              field("tm", StandardSQLTypeName.TIME),
              field("dt", StandardSQLTypeName.DATETIME),
              field("ts", StandardSQLTypeName.TIMESTAMP),
              field("j", StandardSQLTypeName.JSON),
              field("g", StandardSQLTypeName.GEOGRAPHY),
              Field.newBuilder(
                      "r",
                      StandardSQLTypeName.STRUCT,
                      field("dt", StandardSQLTypeName.DATETIME),
                      field("n", StandardSQLTypeName.NUMERIC),
                      Field.newBuilder("l", StandardSQLTypeName.STRING)
                          .setMode(Field.Mode.REPEATED)
                          .build())
                  .setMode(Field.Mode.REPEATED)
                  .build());
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("i", Long.toString(Long.MIN_VALUE));
      row.put("f", 0.1);
      row.put("n", "-99999999999999999999999999999.999999999");
      row.put("bn", "12345678901234567890.000000000000000001");
      row.put("b", true);
      row.put("s", "tab\t\"quote\" \uD83D\uDE00");
      row.put("y", Base64.getEncoder().encodeToString(new byte[] {0, -1, 127}));
      row.put("d", "0001-01-01");
      row.put("tm", "23:59:59.999999");
      row.put("dt", "2024-03-10T02:30:00.123456");
      row.put("ts", "9999-12-31 23:59:59.999999 UTC");
      row.put("j", "{\"a\":[1,null,\"x\"]}");
      row.put("g", "POINT(1 2)");
      row.put("r", List.of(Map.of("dt", "2024-03-10T02:30:00", "n", "1.5", "l", List.of("a", ""))));
      assertFalse(
          bq.client.insertAll(InsertAllRequest.newBuilder(id).addRow(row).build()).hasErrors());
      check(
          bq.client
              .query(QueryJobConfiguration.of("SELECT * FROM ds.types"))
              .iterateAll()
              .iterator()
              .next());
      check(
          bq.client
              .listTableData(id, bq.client.getTable(id).getDefinition().getSchema())
              .iterateAll()
              .iterator()
              .next());
      assertTrue(bq.rows("SELECT r FROM ds.types").get(0).get(0).contains("2024-03-10T02:30:00"));
    }
  }

  private static void check(FieldValueList row) {
    assertEquals(Long.MIN_VALUE, row.get("i").getLongValue());
    assertEquals(0.1, row.get("f").getDoubleValue());
    assertEquals(
        new BigDecimal("-99999999999999999999999999999.999999999"), row.get("n").getNumericValue());
    assertEquals(
        new BigDecimal("12345678901234567890.000000000000000001"), row.get("bn").getNumericValue());
    assertTrue(row.get("b").getBooleanValue());
    assertEquals("tab\t\"quote\" \uD83D\uDE00", row.get("s").getStringValue());
    assertEquals(127, row.get("y").getBytesValue()[2]);
    assertEquals("0001-01-01", row.get("d").getStringValue());
    assertEquals("23:59:59.999999", row.get("tm").getStringValue());
    assertEquals("2024-03-10T02:30:00.123456", row.get("dt").getStringValue());
    assertEquals("253402300799.999999", micros(row.get("ts").getTimestampValue()));
    assertEquals("{\"a\":[1,null,\"x\"]}", row.get("j").getStringValue());
    assertEquals("POINT(1 2)", row.get("g").getStringValue());
    FieldValueList nested = row.get("r").getRepeatedValue().get(0).getRecordValue();
    assertEquals("2024-03-10T02:30:00", nested.get(0).getStringValue());
    assertEquals("1.5", nested.get(1).getStringValue());
    assertEquals(2, nested.get(2).getRepeatedValue().size());
  }

  private static String micros(long value) {
    return BigDecimal.valueOf(value, 6).toPlainString();
  }
}
