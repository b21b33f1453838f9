package io.writeback.bigquery;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;

/**
 * How a value without structure travels to the Storage Write API.
 *
 * @param type of the field in the writer schema
 * @param form how the value is written, if the encoder knows it
 * @param writer writes the value behind its tag
 */
record ProtoType(Type type, Form form, Writer writer) {
  ProtoType(Type type, Writer writer) {
    this(type, Form.OTHER, writer);
  }

  /** Forms so frequent that the encoder knows them itself. */
  enum Form {
    WHOLE,
    TEXT,
    /** A java.util.Date as microseconds. */
    MILLIS,
    /** A java.util.Date as days. */
    DAY,
    BOOL,
    /** Of any value, finite or not. */
    DOUBLE,
    OTHER
  }

  /** Writes one value that is not null. */
  @FunctionalInterface
  interface Writer {
    void write(Object value, ProtoBuffer out);
  }

  /** Tag of a field of this type: its number and its wire type. */
  int tag(int number) {
    return tag(type, number);
  }

  static int tag(Type type, int number) {
    int wireType =
        switch (type) {
          case TYPE_INT64, TYPE_INT32, TYPE_BOOL -> 0;
          case TYPE_DOUBLE -> 1;
          case TYPE_STRING, TYPE_BYTES, TYPE_MESSAGE -> 2;
          default -> throw new IllegalArgumentException("no column travels as " + type);
        };
    return number << 3 | wireType;
  }
}
