package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AnnotationsProto;
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
import io.writeback.standin.bigquery.catalog.Field;
import java.util.List;
import java.util.Set;

/**
 * Decodes rows of one writer schema for one table schema. A field that the table does not have is a
 * schema mismatch of the whole request; a value that does not fit is an error of its row.
 */
final class RowDecoder {
  static final String CHANGE_TYPE = "_CHANGE_TYPE";
  static final String CHANGE_SEQUENCE_NUMBER = "_CHANGE_SEQUENCE_NUMBER";

  private final Descriptor descriptor;
  private final MessagePlan plan;
  private final FieldDescriptor changeType;
  private final FieldDescriptor sequenceNumber;
  private final MissingValues missing;

  private RowDecoder(Descriptor descriptor, MessagePlan plan, MissingValues missing) {
    this.descriptor = descriptor;
    this.changeType = byColumnName(descriptor, CHANGE_TYPE);
    this.sequenceNumber = byColumnName(descriptor, CHANGE_SEQUENCE_NUMBER);
    this.plan = plan;
    this.missing = missing;
  }

  /** For the rows of one request. */
  RowDecoder with(MissingValues ofRequest) {
    return new RowDecoder(descriptor, plan, ofRequest);
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
      MessagePlan plan =
          MessagePlan.of(descriptor, fields, Set.of(CHANGE_TYPE, CHANGE_SEQUENCE_NUMBER), table);
      return new RowDecoder(descriptor, plan, null);
    } catch (DescriptorValidationException | InvalidProtocolBufferException e) {
      throw StorageErrors.invalid("Invalid proto schema: " + e.getMessage());
    }
  }

  /** Whether rows say what to do with their key. */
  boolean isChangeStream() {
    return changeType != null;
  }

  Object[] row(ByteString bytes) {
    return plan.row(parse(bytes), missing, false);
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
    return new StorageTables.RowChange(delete, sequence, plan.row(message, missing, delete));
  }

  private DynamicMessage parse(ByteString bytes) {
    try {
      return DynamicMessage.parseFrom(descriptor, bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new CellDecoder.Refused("Cannot parse the row: " + e.getMessage());
    }
  }

  private static FieldDescriptor byColumnName(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(field -> MessagePlan.columnName(field).equals(name))
        .findFirst()
        .orElse(null);
  }
}
