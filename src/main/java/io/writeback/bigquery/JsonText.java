package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import io.writeback.bigquery.NdjsonEncoder.ValueWriter;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Writes a value of any schema as one JSON text; a map is an object. Compiled once per schema. */
final class JsonText {
  /** Of a column of BigQuery's type JSON: the name is known to every encoder. */
  static final Schema SCHEMA =
      SchemaBuilder.string().name("io.debezium.data.Json").optional().build();

  private final ValueWriter writer;

  private JsonText(ValueWriter writer) {
    this.writer = writer;
  }

  static JsonText of(Schema schema, FloatPolicy floats) {
    Schema row = SchemaBuilder.struct().field("value", schema).build();
    return new JsonText(writer(schema, TableSchema.ofValue(row).columns().get(0), floats));
  }

  String write(Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = NdjsonEncoder.JSON.createGenerator(text)) {
      writer.write(value, json);
    } catch (IOException e) {
      // Without the cause: its message may quote the value.
      throw new BadRowException("a value cannot be written as JSON");
    }
    return text.toString();
  }

  private static ValueWriter writer(Schema schema, TableColumn column, FloatPolicy floats) {
    return switch (ColumnKind.of(column)) {
      case STRUCT -> struct(schema, column, floats);
      case ARRAY -> {
        ValueWriter element = writer(schema.valueSchema(), column.fields().get(0), floats);
        yield (value, json) -> {
          json.writeStartArray();
          for (Object item : (List<?>) value) {
            orNull(item, element, json);
          }
          json.writeEndArray();
        };
      }
      case MAP -> {
        ValueWriter values = writer(schema.valueSchema(), column.fields().get(1), floats);
        yield (value, json) -> {
          json.writeStartObject();
          for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            json.writeFieldName(name(entry.getKey()));
            orNull(entry.getValue(), values, json);
          }
          json.writeEndObject();
        };
      }
      default -> ScalarWriters.of(ColumnKind.of(column), floats);
    };
  }

  private static ValueWriter struct(Schema schema, TableColumn column, FloatPolicy floats) {
    List<ValueWriter> members = new ArrayList<>();
    for (int i = 0; i < column.fields().size(); i++) {
      members.add(writer(schema.fields().get(i).schema(), column.fields().get(i), floats));
    }
    return (value, json) -> {
      json.writeStartObject();
      for (int i = 0; i < members.size(); i++) {
        Field field = schema.fields().get(i);
        json.writeFieldName(field.name());
        orNull(((Struct) value).get(field), members.get(i), json);
      }
      json.writeEndObject();
    };
  }

  private static void orNull(Object value, ValueWriter writer, JsonGenerator json)
      throws IOException {
    if (value == null) {
      json.writeNull();
    } else {
      writer.write(value, json);
    }
  }

  private static String name(Object key) {
    if (key instanceof String || key instanceof Boolean || key instanceof Number) {
      return key.toString();
    }
    throw new BadRowException(
        "a map's key is "
            + (key == null ? "null" : "a " + key.getClass().getSimpleName())
            + ", which is no name in JSON: set bigquery.map=records");
  }
}
