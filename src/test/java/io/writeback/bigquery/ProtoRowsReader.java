package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what an encoder wrote as anybody does who knows its descriptor. */
final class ProtoRowsReader {
  private final Descriptor descriptor;

  ProtoRowsReader(ProtoEncoder encoder) {
    try {
      descriptor =
          FileDescriptor.buildFrom(
                  FileDescriptorProto.newBuilder()
                      .setSyntax("proto2")
                      .addDependency(AnnotationsProto.getDescriptor().getName())
                      .addMessageType(encoder.schema().getProtoDescriptor())
                      .build(),
                  new FileDescriptor[] {AnnotationsProto.getDescriptor()})
              .getMessageTypes()
              .get(0);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  Descriptor descriptor() {
    return descriptor;
  }

  DynamicMessage message(byte[] bytes) {
    try {
      return DynamicMessage.parseFrom(descriptor, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Values by column; messages as maps, repeated fields as lists. */
  Map<String, Object> row(byte[] bytes) {
    return values(message(bytes));
  }

  private static Map<String, Object> values(DynamicMessage message) {
    Map<String, Object> values = new LinkedHashMap<>();
    message.getAllFields().forEach((field, value) -> values.put(column(field), plain(value)));
    return values;
  }

  private static Object plain(Object value) {
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(plain(item)));
      return items;
    }
    return value instanceof DynamicMessage message ? values(message) : value;
  }

  private static String column(FieldDescriptor field) {
    return field.getOptions().hasExtension(AnnotationsProto.columnName)
        ? field.getOptions().getExtension(AnnotationsProto.columnName)
        : field.getName();
  }
}
