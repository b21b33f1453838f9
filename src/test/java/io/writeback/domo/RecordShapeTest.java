package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.List;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class RecordShapeTest {
  private static final String ID = "2d725b6e-0000-4000-8000-000000000001";

  @Test
  void namesAreFitForAvroAndTheOriginalStaysKnown() {
    RecordShape shape =
        shape(
            FieldNames.SAFE,
            List.of(),
            "% of Inventory Value:DOUBLE",
            "Order Date:DATE",
            "1st:LONG");
    assertEquals(
        List.of("__of_Inventory_Value", "Order_Date", "_1st"),
        shape.value().fields().stream().map(Field::name).toList());
    assertEquals("domo.ds_2d725b6e_0000_4000_8000_000000000001", shape.value().name());
    for (String part : shape.value().name().split("\\.")) {
      assertTrue(part.matches("[A-Za-z_][A-Za-z0-9_]*"), part);
    }
    assertEquals(
        "Order Date",
        shape.value().field("Order_Date").schema().parameters().get(RecordShape.COLUMN_PARAMETER));
    assertNull(shape.key());
  }

  @Test
  void collidingNamesAreAConfigurationError() {
    FaultException e =
        assertThrows(
            FaultException.class,
            () -> shape(FieldNames.SAFE, List.of(), "a b:STRING", "a-b:STRING"));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("domo.field.names"), e.getMessage());
    assertEquals(
        "a b",
        shape(FieldNames.AS_IS, List.of(), "a b:STRING", "a-b:STRING")
            .value()
            .fields()
            .get(0)
            .name());
  }

  /** C2: an error of its DataSet, where Connect's own error would be one of the whole task. */
  @Test
  void aColumnWithoutANameIsAConfigurationErrorOrGetsOne() {
    FaultException e =
        assertThrows(
            FaultException.class, () -> shape(FieldNames.AS_IS, List.of(), "a:STRING", ":LONG"));
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("column 2"), e.getMessage());
    assertEquals(
        "_", shape(FieldNames.SAFE, List.of(), "a:STRING", ":LONG").value().fields().get(1).name());
  }

  @Test
  void theKeyIsAStructOfItsColumnsInTheirConfiguredOrder() {
    RecordShape shape =
        shape(
            FieldNames.SAFE, List.of("line", "order id"), "order id:LONG", "line:LONG", "x:STRING");
    Struct row = new Struct(shape.value()).put("order_id", 7L).put("line", 2L).put("x", "y");
    assertEquals(
        List.of("line", "order_id"), shape.key().fields().stream().map(Field::name).toList());
    assertEquals(2L, shape.keyOf(row).get("line"));
    assertEquals(7L, shape.keyOf(row).get("order_id"));
    assertEquals(
        List.of(true, true, false),
        shape.manifestColumns().stream().map(column -> column.key()).toList());
    FaultException missing =
        assertThrows(
            FaultException.class, () -> shape(FieldNames.SAFE, List.of("nope"), "x:STRING"));
    assertTrue(missing.getMessage().contains("domo.key.columns"), missing.getMessage());
  }

  @Test
  void everyFieldIsOptionalAndTypedAndInTheManifest() {
    RecordShape shape = shape(FieldNames.SAFE, List.of(), "n:DECIMAL", "t:DATETIME", "d:DATE");
    assertTrue(shape.value().fields().stream().allMatch(field -> field.schema().isOptional()));
    Schema decimal = shape.value().field("n").schema();
    assertEquals(Decimal.LOGICAL_NAME, decimal.name());
    assertEquals(2, shape.manifestColumns().get(0).scale().orElseThrow());
    assertEquals("int64", shape.manifestColumns().get(1).type());
    assertEquals("int32", shape.manifestColumns().get(2).type());
  }

  private static RecordShape shape(FieldNames names, List<String> keys, String... columns) {
    return RecordShape.of(ID, Csv.columns(columns), keys, names, Csv.FORMS.decimals());
  }
}
