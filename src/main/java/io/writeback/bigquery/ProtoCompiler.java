package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import io.writeback.bigquery.ProtoEncoder.Column;
import io.writeback.bigquery.ProtoEncoder.Member;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/** Makes a {@link ProtoEncoder}, and the descriptor of what it writes, from a record's schema. */
final class ProtoCompiler {
  private final FloatPolicy floats;
  private final ColumnNaming naming;
  private final DescriptorProto.Builder message;
  private final Set<String> taken = new HashSet<>();
  private final StringBuilder meaning = new StringBuilder();

  private ProtoCompiler(String name, FloatPolicy floats, ColumnNaming naming) {
    this.floats = floats;
    this.naming = naming;
    this.message = DescriptorProto.newBuilder().setName(name);
  }

  /**
   * Compiles a schema.
   *
   * @param table columns of the table as far as they are known; a column that is not among them is
   *     what the record's type becomes
   * @param extras fields that somebody else writes, by name
   * @throws BadRowException if BigQuery has no type for a field, or the table has a type that the
   *     field cannot be written to
   */
  static ProtoEncoder compile(
      Schema schema, List<TableFieldSchema> table, Map<String, Type> extras, RowShape.Rules rules) {
    TableSchema columns = TableSchema.ofValue(schema);
    List<TableFieldSchema> own = TableFields.of(columns.columns(), rules.naming());
    ProtoCompiler compiler = new ProtoCompiler("Row", rules.floats(), rules.naming());
    List<Member> members = compiler.members(schema, columns.columns(), table);
    Map<String, Integer> tags = new LinkedHashMap<>();
    extras.forEach(
        (name, type) -> {
          if (TableFields.find(own, name).isPresent()) {
            throw new BadRowException(
                "field " + name + " has the name of a column that the sink itself fills");
          }
          tags.put(name, ProtoType.tag(type, compiler.declare(name, type, Label.LABEL_OPTIONAL)));
        });
    return new ProtoEncoder(schema, compiler.meaning.toString(), compiler.schema(), members, tags);
  }

  private ProtoSchema schema() {
    return ProtoSchema.newBuilder().setProtoDescriptor(message).build();
  }

  private List<Member> members(
      Schema schema, List<TableColumn> columns, List<TableFieldSchema> table) {
    List<String> names = naming.all(columns.stream().map(TableColumn::name).toList());
    taken.addAll(names);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      TableColumn column = columns.get(i);
      if (!TableFields.isEmptyStruct(column)) {
        Field field = schema.fields().get(i);
        TableFieldSchema known = TableFields.find(table, names.get(i)).orElse(null);
        try {
          members.add(new Member(field, column(names.get(i), field.schema(), column, known)));
        } catch (BadRowException e) {
          throw new BadRowException("field " + field.name() + ": " + e.getMessage(), e);
        }
      }
    }
    return members;
  }

  private Column column(String name, Schema schema, TableColumn column, TableFieldSchema known) {
    ColumnKind kind = ColumnKind.of(column);
    boolean repeated = kind == ColumnKind.ARRAY || kind == ColumnKind.MAP;
    if (known != null && repeated != TableFields.REPEATED.equals(known.getMode())) {
      throw new BadRowException(
          "column "
              + name
              + " of the table is "
              + (repeated ? "a single value" : "repeated")
              + ", the field is not: write to another column with a transform");
    }
    Label label = repeated ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL;
    if (kind == ColumnKind.ARRAY) {
      return new ProtoEncoder.Repeated(
          single(name, schema.valueSchema(), column.fields().get(0), known, label));
    }
    return single(name, schema, column, known, label);
  }

  private Column single(
      String name, Schema schema, TableColumn column, TableFieldSchema known, Label label) {
    ColumnKind kind = ColumnKind.of(column);
    if (kind == ColumnKind.STRUCT || kind == ColumnKind.MAP) {
      return structured(name, schema, column, known, label);
    }
    String type = known == null ? kind.bigQueryType() : TableFields.canonicalType(known.getType());
    ProtoType how =
        ProtoScalars.of(kind, type, label == Label.LABEL_REPEATED ? floats.inArray() : floats);
    if (how == null) {
      throw mismatch(name, kind, type);
    }
    meaning.append(name).append(' ').append(type).append(',');
    Column scalar =
        new ProtoEncoder.Scalar(
            how.tag(declare(name, how.type(), label)), how.form(), how.writer());
    return how.type() == Type.TYPE_DOUBLE
            && floats == FloatPolicy.NULL
            && label == Label.LABEL_OPTIONAL
        ? new ProtoEncoder.FiniteOnly(scalar)
        : scalar;
  }

  private Column structured(
      String name, Schema schema, TableColumn column, TableFieldSchema known, Label label) {
    String type = known == null ? "RECORD" : TableFields.canonicalType(known.getType());
    List<TableFieldSchema> inside = List.of();
    if (type.equals("RANGE")) {
      inside = rangeFields(known);
    } else if (!type.equals("RECORD")) {
      throw mismatch(name, ColumnKind.of(column), type);
    } else if (known != null && known.getFields() != null) {
      inside = known.getFields();
    }
    String typeName = "T" + (message.getFieldCount() + 1);
    ProtoCompiler nested = new ProtoCompiler(typeName, floats, naming);
    int number = declare(name, Type.TYPE_MESSAGE, label);
    message.getFieldBuilder(number - 1).setTypeName(typeName);
    int tag = ProtoType.tag(Type.TYPE_MESSAGE, number);
    Column result;
    if (ColumnKind.of(column) == ColumnKind.MAP) {
      TableFieldSchema key = TableFields.find(inside, "key").orElse(null);
      TableFieldSchema value = TableFields.find(inside, "value").orElse(null);
      result =
          new ProtoEncoder.Entries(
              tag,
              nested.column("key", schema.keySchema(), column.fields().get(0), key),
              nested.column("value", schema.valueSchema(), column.fields().get(1), value));
    } else {
      List<Member> members = nested.members(schema, column.fields(), inside);
      result =
          new ProtoEncoder.Nested(
              tag, new ProtoEncoder(schema, "", nested.schema(), members, Map.of()));
    }
    message.addNestedType(nested.message);
    meaning.append(name).append(' ').append(type).append('(').append(nested.meaning).append(')');
    return result;
  }

  /** A RANGE travels as a message with a start and an end, of its element's type. */
  private static List<TableFieldSchema> rangeFields(TableFieldSchema range) {
    String element = range.getRangeElementType().getType();
    return List.of(
        new TableFieldSchema().setName("start").setType(element),
        new TableFieldSchema().setName("end").setType(element));
  }

  /** Adds a field; its number. A name that is no identifier travels in an annotation. */
  private int declare(String name, Type type, Label label) {
    int number = message.getFieldCount() + 1;
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder().setNumber(number).setType(type).setLabel(label);
    if (ColumnNames.isPlain(name) || name.startsWith("_CHANGE_")) {
      field.setName(name);
    } else {
      field
          .setName(placeholder(number))
          .setOptions(FieldOptions.newBuilder().setExtension(AnnotationsProto.columnName, name));
    }
    message.addField(field);
    return number;
  }

  private String placeholder(int number) {
    String name = "f_" + number;
    while (taken.contains(name)) {
      name += "_";
    }
    return name;
  }

  private static BadRowException mismatch(String name, ColumnKind kind, String type) {
    return new BadRowException(
        "column "
            + name
            + " of the table is "
            + type
            + ", which cannot keep a "
            + kind
            + ": change the field with a transform, or write to another column");
  }
}
