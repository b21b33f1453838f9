package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Writes the fields of a struct as members of a JSON object, compiled once per schema. A null is
 * left out, which BigQuery reads as NULL; an empty text is written, which it reads as empty.
 *
 * <p>Why newline-delimited JSON, and not Avro: it tells null and empty text apart and carries every
 * type exactly as text; a refused row is named by its position, so that it can be reported; and a
 * column of the table may be of another type than the record's if its values can be read as such.
 */
final class NdjsonEncoder {
  /** Characters outside of the basic plane are written as themselves, not as two escapes. */
  static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private final List<Member> members;

  private NdjsonEncoder(List<Member> members) {
    this.members = members;
  }

  /**
   * Compiles a schema.
   *
   * @throws BadRowException if BigQuery has no type for a field
   */
  static NdjsonEncoder of(Schema schema, RowShape.Rules rules) {
    TableSchema columns = TableSchema.ofValue(schema);
    TableFields.of(columns.columns(), rules.naming());
    return of(schema, columns.columns(), rules);
  }

  private static NdjsonEncoder of(Schema schema, List<TableColumn> columns, RowShape.Rules rules) {
    List<String> names = rules.naming().all(columns.stream().map(TableColumn::name).toList());
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (!TableFields.isEmptyStruct(columns.get(i))) {
        Field field = schema.fields().get(i);
        members.add(
            new Member(
                field,
                new SerializedString(names.get(i)),
                writer(field.schema(), columns.get(i), rules)));
      }
    }
    return new NdjsonEncoder(members);
  }

  private static ValueWriter writer(Schema schema, TableColumn column, RowShape.Rules rules) {
    return switch (ColumnKind.of(column)) {
      case STRUCT -> {
        NdjsonEncoder inner = of(schema, column.fields(), rules);
        yield (value, json) -> {
          json.writeStartObject();
          inner.writeMembers((Struct) value, json);
          json.writeEndObject();
        };
      }
      case ARRAY -> {
        TableColumn item = column.fields().get(0);
        // An array keeps no null, so it cannot take one in the place of a number either.
        ValueWriter element =
            ColumnKind.of(item) == ColumnKind.FLOAT64
                ? ScalarWriters.of(ColumnKind.FLOAT64, rules.floats().inArray())
                : writer(schema.valueSchema(), item, rules);
        yield (value, json) -> writeArray((List<?>) value, element, json);
      }
      case MAP ->
          new MapWriter(
              writer(schema.keySchema(), column.fields().get(0), rules),
              writer(schema.valueSchema(), column.fields().get(1), rules));
      default -> ScalarWriters.of(ColumnKind.of(column), rules.floats());
    };
  }

  /**
   * Writes the members into the object that is open in the generator.
   *
   * @throws BadRowException naming the field; what was written before is to be thrown away
   */
  void writeMembers(Struct row, JsonGenerator json) throws IOException {
    for (Member member : members) {
      Object value = row.get(member.field);
      if (value == null) {
        continue;
      }
      try {
        json.writeFieldName(member.name);
        member.writer.write(value, json);
      } catch (BadRowException e) {
        throw new BadRowException("field " + member.field.name() + ": " + e.getMessage(), e);
      } catch (IOException | ClassCastException | UncheckedIOException e) {
        // The generator refuses text that is no Unicode; its message would quote the value.
        throw new BadRowException(
            "field "
                + member.field.name()
                + ": a value cannot be written as JSON ("
                + e.getClass().getSimpleName()
                + ")",
            e);
      }
    }
  }

  private static void writeArray(List<?> values, ValueWriter element, JsonGenerator json)
      throws IOException {
    json.writeStartArray();
    for (Object value : values) {
      if (value == null) {
        throw new BadRowException("an array holds a null, which BigQuery does not keep");
      }
      element.write(value, json);
    }
    json.writeEndArray();
  }

  private record Member(Field field, SerializableString name, ValueWriter writer) {}

  /** Writes one value that is not null. */
  @FunctionalInterface
  interface ValueWriter {
    void write(Object value, JsonGenerator json) throws IOException;
  }
}
