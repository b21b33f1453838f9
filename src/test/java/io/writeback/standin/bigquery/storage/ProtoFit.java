package io.writeback.standin.bigquery.storage;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which protobuf types a column takes (documentation page "Supported protocol buffer and Arrow data
 * types"). A field that does not fit refuses the whole request.
 */
final class ProtoFit {
  private static final Set<JavaType> WHOLE = EnumSet.of(JavaType.INT, JavaType.LONG);
  private static final Set<JavaType> TEXT = EnumSet.of(JavaType.STRING);

  private ProtoFit() {}

  static void require(FieldDescriptor source, Field field) {
    if (source.isRepeated() != field.repeated()) {
      throw mismatch(source, field, "one is repeated, the other is not");
    }
    if (!accepted(field.type()).contains(source.getJavaType())) {
      throw mismatch(
          source,
          field,
          "the proto field type " + source.getType() + ", BigQuery field type " + field.type());
    }
  }

  private static Set<JavaType> accepted(FieldType type) {
    return switch (type) {
      case INT64 -> with(WHOLE, JavaType.ENUM);
      case FLOAT64 -> with(WHOLE, JavaType.DOUBLE, JavaType.FLOAT);
      case BOOL -> with(WHOLE, JavaType.BOOLEAN);
      case STRING -> with(TEXT, JavaType.ENUM, JavaType.BYTE_STRING);
      case BYTES -> with(TEXT, JavaType.BYTE_STRING);
      case NUMERIC, BIGNUMERIC ->
          with(WHOLE, JavaType.STRING, JavaType.BYTE_STRING, JavaType.DOUBLE, JavaType.FLOAT);
      case DATE, TIME, DATETIME -> with(WHOLE, JavaType.STRING);
      case TIMESTAMP -> WHOLE;
      case JSON, GEOGRAPHY, INTERVAL -> TEXT;
      case STRUCT, RANGE -> EnumSet.of(JavaType.MESSAGE);
    };
  }

  private static Set<JavaType> with(Set<JavaType> base, JavaType... others) {
    Set<JavaType> all = EnumSet.copyOf(base);
    all.addAll(Set.of(others));
    return all;
  }

  private static StorageErrors.Failure mismatch(FieldDescriptor source, Field field, String how) {
    return StorageErrors.invalid(
        "The proto field mismatched with BigQuery field at "
            + source.getFullName()
            + ", column "
            + field.name()
            + ": "
            + how);
  }
}
