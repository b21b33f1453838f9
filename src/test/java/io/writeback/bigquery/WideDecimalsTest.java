package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.bigquery.RowShape.Decimals;
import io.writeback.bigquery.RowShape.Maps;
import io.writeback.sink.BadRowException;
import io.writeback.sink.SinkRow;
import io.writeback.sink.Target;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decimals of every size: the type that their column gets, and the values at its ends. */
class WideDecimalsTest {
  private static final String NUMERIC_MAX = "99999999999999999999999999999.999999999";
  private static final String BIGNUMERIC_MAX =
      "578960446186580977117854925043439539266.34992332820282019728792003956564819967";
  private static final String BIGNUMERIC_MIN =
      "-578960446186580977117854925043439539266.34992332820282019728792003956564819968";

  private static SinkRow row(Schema schema, Object value, long offset) {
    return new SinkRow(
        new SinkRecord("orders", 0, null, null, schema, value, offset),
        offset,
        OptionalLong.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, 2, , NUMERIC",
    "AUTO, 9, 38, NUMERIC",
    "AUTO, 9, 39, BIGNUMERIC",
    "AUTO, 0, 30, BIGNUMERIC",
    "AUTO, 10, 12, BIGNUMERIC",
    "BIGNUMERIC, 2, 4, BIGNUMERIC"
  })
  void theDigitsThatADecimalMayHaveDecideItsType(
      Decimals decimals, int scale, String precision, String type) {
    SchemaBuilder decimal = Decimal.builder(scale).optional();
    if (precision != null) {
      decimal.parameter("connect.decimal.precision", precision);
    }
    Schema schema = SchemaBuilder.struct().field("d", decimal.build()).build();
    BigDecimal value =
        new BigDecimal("12.5")
            .setScale(Math.max(scale, 1))
            .setScale(scale, java.math.RoundingMode.DOWN);
    Struct row =
        new RowShape(new RowShape.Rules(Maps.RECORDS, decimals, TypeChange.ROWS))
            .of(row(schema, new Struct(schema).put("d", value), 0));
    assertEquals(
        type,
        TableFields.of(
                io.writeback.sink.TableSchema.ofValue(row.schema()).columns(),
                ColumnNaming.UNDERSCORE)
            .get(0)
            .getType());
    assertEquals(0, value.compareTo((BigDecimal) row.get("d")));
  }

  /** Whole numbers next to the ends of BIGNUMERIC, since nine digits after the point are asked. */
  @ParameterizedTest
  @CsvSource({
    "0, NUMERIC",
    NUMERIC_MAX + ", NUMERIC",
    "-" + NUMERIC_MAX + ", NUMERIC",
    "100000000000000000000000000000, BIGNUMERIC",
    "-100000000000000000000000000000, BIGNUMERIC",
    "1E+29, BIGNUMERIC",
    "9E+28, NUMERIC",
    "578960446186580977117854925043439539266, BIGNUMERIC",
    "-578960446186580977117854925043439539266, BIGNUMERIC",
    "578960446186580977117854925043439539267, NUMERIC",
    "-578960446186580977117854925043439539267, NUMERIC"
  })
  void aValueBeyondNumericMakesItsRowsFieldBigNumeric(String text, String type) {
    BigDecimal value = new BigDecimal(text);
    Schema decimal = Decimal.builder(9).optional().build();
    Schema schema =
        SchemaBuilder.struct()
            .field("d", decimal)
            .field("in", SchemaBuilder.struct().field("d", decimal).optional().build())
            .field("list", SchemaBuilder.array(decimal).optional().build())
            .build();
    Struct in = new Struct(schema.field("in").schema()).put("d", value);
    Struct small = new Struct(schema).put("d", BigDecimal.ONE);
    RowShape shape = new RowShape(RowShape.Rules.USUAL);
    assertEquals(type, type(shape.of(row(schema, new Struct(schema).put("d", value), 0)), 0));
    Struct deep = shape.of(row(schema, new Struct(schema).put("in", in), 0));
    assertEquals(type, columns(deep).get(1).getFields().get(0).getType());
    assertEquals("NUMERIC", type(deep, 0));
    assertEquals(0, value.compareTo((BigDecimal) deep.getStruct("in").get("d")));
    List<BigDecimal> items = new java.util.ArrayList<>(List.of(BigDecimal.TEN, value));
    Struct list = shape.of(row(schema, new Struct(schema).put("list", items), 0));
    assertEquals(type, type(list, 2));
    assertEquals(0, value.compareTo((BigDecimal) list.getArray("list").get(1)));
    assertSame(small, shape.of(row(schema, small, 1)));
  }

  @ParameterizedTest
  @CsvSource({"AUTO, FAIL, ", "AUTO, ROWS, 20"})
  void aDeclaredDecimalAndATypeThatMustNotChangeStay(
      Decimals decimals, TypeChange change, String precision) {
    SchemaBuilder decimal = Decimal.builder(9).optional();
    if (precision != null) {
      decimal.parameter("connect.decimal.precision", precision);
    }
    Schema schema = SchemaBuilder.struct().field("d", decimal.build()).build();
    Struct huge = new Struct(schema).put("d", new BigDecimal("1E+30"));
    assertSame(
        huge,
        new RowShape(new RowShape.Rules(Maps.RECORDS, decimals, change)).of(row(schema, huge, 0)));
  }

  @Test
  void theEndsOfBothDecimalTypesAreWrittenAndWhatLiesBeyondIsNot() {
    BigDecimal last = new BigDecimal("1E-38");
    assertEquals(NUMERIC_MAX, NumericText.numeric(new BigDecimal(NUMERIC_MAX)));
    assertEquals(BIGNUMERIC_MAX, NumericText.bigNumeric(new BigDecimal(BIGNUMERIC_MAX)));
    assertEquals(BIGNUMERIC_MIN, NumericText.bigNumeric(new BigDecimal(BIGNUMERIC_MIN)));
    for (String beyond : List.of(BIGNUMERIC_MAX, BIGNUMERIC_MIN)) {
      BigDecimal end = new BigDecimal(beyond);
      BigDecimal past = end.add(end.signum() > 0 ? last : last.negate());
      assertThrows(BadRowException.class, () -> NumericText.bigNumeric(past));
      assertEquals(
          "a decimal is too large for NUMERIC, and for BIGNUMERIC",
          assertThrows(
                  BadRowException.class,
                  () -> NumericText.numeric(past.setScale(0, java.math.RoundingMode.UP)))
              .getMessage());
    }
    for (String sign : List.of("", "-")) {
      BigDecimal past = new BigDecimal(sign + "1E+29");
      assertEquals(
          "a decimal is too large for NUMERIC",
          assertThrows(BadRowException.class, () -> NumericText.numeric(past)).getMessage());
    }
  }

  @Test
  void aNewTableGetsTheWidestTypeOfItsFirstRowsAndAnOldOneAColumnBeside() {
    Schema schema =
        SchemaBuilder.struct().field("d", Decimal.builder(2).optional().build()).build();
    RowShape shape = new RowShape(RowShape.Rules.USUAL);
    Struct small = shape.of(row(schema, new Struct(schema).put("d", new BigDecimal("1.00")), 0));
    Struct large = shape.of(row(schema, new Struct(schema).put("d", new BigDecimal("1E+30")), 1));
    for (List<Schema> order :
        List.of(List.of(small.schema(), large.schema()), List.of(large.schema(), small.schema()))) {
      assertEquals("BIGNUMERIC", BatchColumns.of(order, ColumnNaming.UNDERSCORE).get(0).getType());
    }
    TypeDetours detours = new TypeDetours(ColumnNaming.UNDERSCORE, true);
    Target target = new Target("sales", "orders");
    assertFalse(
        detours.learn(target, columns(large), List.of(small.schema(), large.schema()), List.of()));
    assertTrue(detours.learn(target, columns(small), List.of(large.schema()), List.of()));
    assertSame(small, detours.of(target, small));
    Struct beside = detours.of(target, large);
    assertEquals(0, new BigDecimal("1E+30").compareTo((BigDecimal) beside.get("d__bignumeric")));
    assertEquals("BIGNUMERIC", type(beside, 0));
    assertFalse(detours.learn(target, columns(small), List.of(beside.schema()), List.of()));
  }

  private static String type(Struct row, int column) {
    return columns(row).get(column).getType();
  }

  private static List<TableFieldSchema> columns(Struct row) {
    return BatchColumns.of(List.of(row.schema()), ColumnNaming.UNDERSCORE);
  }
}
