package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.ProtoSchema;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;

/** A writer schema, and rows of it. Field numbers are the order of adding. */
final class RowSchema {
  private final DescriptorProto.Builder proto = DescriptorProto.newBuilder().setName("Row");
  private Descriptor descriptor;

  /** A schema of one INT64 column {@code id}. */
  static RowSchema ids() {
    return new RowSchema().with("id", Type.TYPE_INT64);
  }

  RowSchema with(String name, Type type) {
    return with(name, type, Label.LABEL_OPTIONAL);
  }

  RowSchema with(String name, Type type, Label label) {
    proto.addField(field(name, type, label));
    return this;
  }

  /** A field whose column has a name that is no identifier. */
  RowSchema annotated(String field, String column, Type type) {
    proto.addField(
        field(field, type, Label.LABEL_OPTIONAL)
            .setOptions(
                FieldOptions.newBuilder().setExtension(AnnotationsProto.columnName, column)));
    return this;
  }

  RowSchema with(String name, RowSchema nested, Label label) {
    String type = "T" + name;
    proto.addNestedType(nested.proto.clone().setName(type));
    proto.addField(field(name, Type.TYPE_MESSAGE, label).setTypeName(type));
    return this;
  }

  private FieldDescriptorProto.Builder field(String name, Type type, Label label) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setType(type)
        .setLabel(label)
        .setNumber(proto.getFieldCount() + 1);
  }

  ProtoSchema proto() {
    return ProtoSchema.newBuilder().setProtoDescriptor(proto).build();
  }

  /** One row: a value for each field in order, null leaves it out; a message is an Object[]. */
  ProtoRows row(Object... values) {
    return ProtoRows.newBuilder()
        .addSerializedRows(message(descriptor(), values).toByteString())
        .build();
  }

  /** One row for each id. */
  ProtoRows rows(long... ids) {
    ProtoRows.Builder rows = ProtoRows.newBuilder();
    for (long id : ids) {
      rows.addSerializedRows(message(descriptor(), id).toByteString());
    }
    return rows.build();
  }

  private Descriptor descriptor() {
    if (descriptor == null) {
      try {
        descriptor =
            FileDescriptor.buildFrom(
                    FileDescriptorProto.newBuilder()
                        .setSyntax("proto2")
                        .addDependency("google/cloud/bigquery/storage/v1/annotations.proto")
                        .addMessageType(proto)
                        .build(),
                    new FileDescriptor[] {AnnotationsProto.getDescriptor()})
                .getMessageTypes()
                .get(0);
      } catch (DescriptorValidationException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return descriptor;
  }

  private static DynamicMessage message(Descriptor type, Object... values) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (int i = 0; i < values.length; i++) {
      FieldDescriptor field = type.getFields().get(i);
      if (values[i] instanceof List<?> list) {
        list.forEach(item -> message.addRepeatedField(field, value(field, item)));
      } else if (values[i] != null) {
        message.setField(field, value(field, values[i]));
      }
    }
    return message.build();
  }

  private static Object value(FieldDescriptor field, Object value) {
    return value instanceof Object[] nested ? message(field.getMessageType(), nested) : value;
  }
}
