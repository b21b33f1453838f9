package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFieldsTest {
  private static List<TableFieldSchema> of(Schema schema) {
    return TableFields.of(TableSchema.ofValue(schema).columns(), ColumnNaming.UNDERSCORE);
  }

  private static String text(List<TableFieldSchema> fields) {
    StringBuilder text = new StringBuilder();
    for (TableFieldSchema field : fields) {
      text.append(field.getName())
          .append(':')
          .append(field.getType())
          .append(':')
          .append(field.getMode());
      if (field.getFields() != null) {
        text.append('(').append(text(field.getFields()).trim()).append(')');
      }
      text.append(' ');
    }
    return text.toString();
  }

  @Test
  void mapsTypes() {
    Schema inner = SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .field("b", Schema.BOOLEAN_SCHEMA)
            .field("i", Schema.INT8_SCHEMA)
            .field("d", Schema.FLOAT32_SCHEMA)
            .field("n", Decimal.schema(9))
            .field("big", Decimal.schema(10))
            .field("huge", Decimal.schema(39))
            .field("t", Timestamp.SCHEMA)
            .field("s", inner)
            .field("a", SchemaBuilder.array(inner).build())
            .field("m", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.BYTES_SCHEMA).build())
            .field("nothing", SchemaBuilder.struct().build())
            .build();
    assertEquals(
        "b:BOOLEAN:NULLABLE i:INTEGER:NULLABLE d:FLOAT:NULLABLE n:NUMERIC:NULLABLE"
            + " big:BIGNUMERIC:NULLABLE huge:STRING:NULLABLE t:TIMESTAMP:NULLABLE"
            + " s:RECORD:NULLABLE(x:INTEGER:NULLABLE) a:RECORD:REPEATED(x:INTEGER:NULLABLE)"
            + " m:RECORD:REPEATED(key:STRING:NULLABLE value:BYTES:NULLABLE) ",
        text(of(schema)));
  }

  @Test
  void refusesArraysOfArrays() {
    Schema schema =
        SchemaBuilder.struct()
            .field("a", SchemaBuilder.array(SchemaBuilder.array(Schema.INT32_SCHEMA)).build())
            .build();
    BadRowException refused = assertThrows(BadRowException.class, () -> of(schema));
    assertTrue(refused.getMessage().contains("field a"), refused.getMessage());
  }

  @Test
  void findsColumnsToAddInAnyCaseAndDepth() {
    Schema before =
        SchemaBuilder.struct()
            .field("ID", Schema.INT64_SCHEMA)
            .field("s", SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build())
            .build();
    Schema after =
        SchemaBuilder.struct()
            .field("id", Schema.STRING_SCHEMA)
            .field(
                "s",
                SchemaBuilder.struct()
                    .field("x", Schema.INT32_SCHEMA)
                    .field("y", Schema.INT32_SCHEMA)
                    .build())
            .field("new", Schema.STRING_SCHEMA)
            .build();
    assertEquals(
        "ID:INTEGER:NULLABLE s:RECORD:NULLABLE(x:INTEGER:NULLABLE y:INTEGER:NULLABLE)"
            + " new:STRING:NULLABLE ",
        text(TableFields.grown(of(before), of(after)).orElseThrow()));
    assertEquals(Optional.empty(), TableFields.grown(of(after), of(before)));
  }

  @Test
  void namesAreSanitisedInsideOfListsAndMapsToo() {
    Schema item = SchemaBuilder.struct().field("a b", Schema.STRING_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .field("l 1", SchemaBuilder.array(item).build())
            .field("m 1", SchemaBuilder.map(Schema.STRING_SCHEMA, item).build())
            .build();
    assertEquals(
        "l_1:RECORD:REPEATED(a_b:STRING:NULLABLE) m_1:RECORD:REPEATED(key:STRING:NULLABLE"
            + " value:RECORD:NULLABLE(a_b:STRING:NULLABLE)) ",
        text(of(schema)));
    Struct one = new Struct(item).put("a b", "x");
    Struct row = new Struct(schema).put("l 1", List.of(one, one)).put("m 1", Map.of("k", one));
    assertEquals(
        Map.of(
            "l_1",
            List.of(Map.of("a_b", "x"), Map.of("a_b", "x")),
            "m_1",
            List.of(Map.of("key", "k", "value", Map.of("a_b", "x")))),
        written(schema, row, FloatPolicy.KEEP));
  }

  /** Negative infinity is not the smallest positive number, nor anything else. */
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNoNumberIsItselfOrNullOrRefused(double value) {
    Schema schema = SchemaBuilder.struct().field("v", Schema.FLOAT64_SCHEMA).build();
    Struct row = new Struct(schema).put("v", value);
    assertEquals(Map.of("v", value), written(schema, row, FloatPolicy.KEEP));
    assertEquals(Map.of(), written(schema, row, FloatPolicy.NULL));
    assertThrows(BadRowException.class, () -> written(schema, row, FloatPolicy.REJECT));
  }

  private static Map<String, Object> written(Schema schema, Struct row, FloatPolicy floats) {
    ProtoEncoder encoder = ProtoCompiler.compile(schema, List.of(), Map.of(), RowShape.Rules.USUAL.with(floats));
    ProtoBuffer buffer = new ProtoBuffer(1);
    encoder.write(row, buffer);
    return new ProtoRowsReader(encoder).row(buffer.copy(0));
  }

  @ParameterizedTest
  @CsvSource({
    "a,a",
    "9a,_9a",
    "% of value,__of_value",
    "_PARTITIONTIME,f_PARTITIONTIME",
    "_change_type,f_change_type",
    "__kafka_offset,__kafka_offset",
    "é,_"
  })
  void sanitisesNames(String field, String column) {
    assertEquals(column, ColumnNaming.UNDERSCORE.of(field));
  }
}
