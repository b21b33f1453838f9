package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Decodes rows of one writer schema for one table schema. A field that the table does not have is a
 * schema mismatch of the whole request; a value that does not fit is an error of its row.
 */
final class RowDecoder {
  static final String CHANGE_TYPE = "_CHANGE_TYPE";
  static final String CHANGE_SEQUENCE_NUMBER = "_CHANGE_SEQUENCE_NUMBER";

  private final Descriptor descriptor;
  private final List<Field> fields;
  private final Map<FieldDescriptor, Integer> columns;
  private final FieldDescriptor changeType;
  private final FieldDescriptor sequenceNumber;

  private RowDecoder(Descriptor descriptor, List<Field> fields, String table) {
    this.descriptor = descriptor;
    this.fields = fields;
    this.changeType = byColumnName(descriptor, CHANGE_TYPE);
    this.sequenceNumber = byColumnName(descriptor, CHANGE_SEQUENCE_NUMBER);
    this.columns = match(descriptor, fields, table);
  }

  /**
   * Matches a writer schema with a table.
   *
   * @throws StorageErrors.Failure if the schema is no valid descriptor or has extra fields
   */
  static RowDecoder of(DescriptorProto writerSchema, List<Field> fields, String table) {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setSyntax("proto2")
            .setName("writer.proto")
            .addMessageType(writerSchema)
            .build();
    try {
      ExtensionRegistry registry = ExtensionRegistry.newInstance();
      AnnotationsProto.registerAllExtensions(registry);
      FileDescriptorProto withAnnotations =
          FileDescriptorProto.parseFrom(file.toByteString(), registry);
      Descriptor descriptor =
          FileDescriptor.buildFrom(
                  withAnnotations, new FileDescriptor[] {AnnotationsProto.getDescriptor()})
              .getMessageTypes()
              .get(0);
      return new RowDecoder(descriptor, fields, table);
    } catch (DescriptorValidationException | InvalidProtocolBufferException e) {
      throw StorageErrors.invalid("Invalid proto schema: " + e.getMessage());
    }
  }

  /** Whether rows say what to do with their key. */
  boolean isChangeStream() {
    return changeType != null;
  }

  Object[] row(ByteString bytes) {
    return values(parse(bytes), descriptor, fields, columns);
  }

  StorageTables.RowChange change(ByteString bytes) {
    DynamicMessage message = parse(bytes);
    String type = message.hasField(changeType) ? message.getField(changeType).toString() : "";
    if (!type.equals("UPSERT") && !type.equals("DELETE")) {
      throw new CellDecoder.Refused(CHANGE_TYPE + " must be UPSERT or DELETE");
    }
    boolean delete = type.equals("DELETE");
    List<Long> sequence =
        sequenceNumber == null || !message.hasField(sequenceNumber)
            ? List.of()
            : SequenceNumber.parse(message.getField(sequenceNumber).toString());
    List<Field> checked = delete ? fields.stream().map(RowDecoder::optional).toList() : fields;
    return new StorageTables.RowChange(
        delete, sequence, values(message, descriptor, checked, columns));
  }

  private static Field optional(Field field) {
    return field.required() ? field.withMode(Field.Mode.NULLABLE) : field;
  }

  private DynamicMessage parse(ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(descriptor, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new CellDecoder.Refused("Cannot parse the row: " + e.getMessage());
    }
  }

  private Object[] values(
      DynamicMessage message,
      Descriptor type,
      List<Field> schema,
      Map<FieldDescriptor, Integer> places) {
    Object[] values = new Object[schema.size()];
    for (FieldDescriptor source : type.getFields()) {
      Integer place = places.get(source);
      if (place != null) {
        values[place] = value(message, source, schema.get(place));
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] == null && schema.get(i).required()) {
        throw new CellDecoder.Refused("Field " + schema.get(i).name() + " is REQUIRED but missing");
      }
    }
    return values;
  }

  private Object value(DynamicMessage message, FieldDescriptor source, Field field) {
    if (source.isRepeated()) {
      List<Object> list = new ArrayList<>();
      for (Object item : (List<?>) message.getField(source)) {
        list.add(single(item, source, field));
      }
      return list;
    }
    return message.hasField(source) ? single(message.getField(source), source, field) : null;
  }

  private Object single(Object value, FieldDescriptor source, Field field) {
    if (value instanceof DynamicMessage nested) {
      Descriptor type = source.getMessageType();
      return values(nested, type, field.fields(), match(type, field.fields(), field.name()));
    }
    return CellDecoder.decode(field, value);
  }

  private static Map<FieldDescriptor, Integer> match(
      Descriptor type, List<Field> fields, String where) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      byName.put(fields.get(i).name().toLowerCase(Locale.ROOT), i);
    }
    Map<FieldDescriptor, Integer> places = new HashMap<>();
    for (FieldDescriptor source : type.getFields()) {
      String name = columnName(source);
      Integer place = byName.get(name.toLowerCase(Locale.ROOT));
      if (place != null) {
        check(source, fields.get(place));
        places.put(source, place);
      } else if (!name.equals(CHANGE_TYPE) && !name.equals(CHANGE_SEQUENCE_NUMBER)) {
        throw StorageErrors.detailed(
            Code.INVALID_ARGUMENT,
            StorageErrorCode.SCHEMA_MISMATCH_EXTRA_FIELDS,
            where,
            "Input schema has more fields than BigQuery schema, extra fields: '" + name + "'");
      }
    }
    return places;
  }

  private static void check(FieldDescriptor source, Field field) {
    if (source.isRepeated() != field.repeated()) {
      throw StorageErrors.invalid(
          "Proto field "
              + source.getName()
              + " and column "
              + field.name()
              + " differ in repetition");
    }
    boolean message = source.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (message != (field.type() == FieldType.STRUCT)) {
      throw StorageErrors.invalid(
          "Proto field " + source.getName() + " cannot be converted to " + field.type());
    }
  }

  private static FieldDescriptor byColumnName(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(field -> columnName(field).equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The column's name: names that are no identifiers travel in an annotation. */
  private static String columnName(FieldDescriptor field) {
    return field.getOptions().hasExtension(AnnotationsProto.columnName)
        ? field.getOptions().getExtension(AnnotationsProto.columnName)
        : field.getName();
  }
}
