package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** The Redshift type of each Connect type, and how its values are written. */
final class Cells {
  private static final long DAY_MS = 86_400_000L;

  /** Most bytes of a SUPER value (Developer Guide, "SUPER type"). */
  private static final int MAX_SUPER_BYTES = 16_000_000;

  private Cells() {}

  /** The column type of a field, with the least size. */
  static ColumnType type(Schema schema) {
    if (schema.name() != null) {
      switch (schema.name()) {
        case Date.LOGICAL_NAME:
          return ColumnType.of(ColumnType.Kind.DATE);
        case Time.LOGICAL_NAME:
          return ColumnType.of(ColumnType.Kind.TIME);
        case Timestamp.LOGICAL_NAME:
          return ColumnType.of(ColumnType.Kind.TIMESTAMP);
        case Decimal.LOGICAL_NAME:
          return ColumnType.numeric(ColumnType.MAX_DIGITS, scale(schema));
        default:
          break;
      }
    }
    return switch (schema.type()) {
      case BOOLEAN -> ColumnType.of(ColumnType.Kind.BOOLEAN);
      case INT8, INT16 -> ColumnType.of(ColumnType.Kind.SMALLINT);
      case INT32 -> ColumnType.of(ColumnType.Kind.INTEGER);
      case INT64 -> ColumnType.of(ColumnType.Kind.BIGINT);
      case FLOAT32 -> ColumnType.of(ColumnType.Kind.REAL);
      case FLOAT64 -> ColumnType.of(ColumnType.Kind.DOUBLE);
      case STRING -> ColumnType.varcharFor(0);
      case BYTES -> ColumnType.varbyteFor(0);
      case STRUCT, ARRAY, MAP -> ColumnType.of(ColumnType.Kind.SUPER);
    };
  }

  /** The writer for values of a field. */
  static Cell cell(Schema schema) {
    return switch (type(schema).kind()) {
      case BOOLEAN ->
          (value, row) -> {
            row.ascii((Boolean) value ? "true" : "false");
            return 0;
          };
      case SMALLINT, INTEGER, BIGINT ->
          (value, row) -> {
            row.number(((Number) value).longValue());
            return 0;
          };
      case REAL, DOUBLE ->
          (value, row) -> {
            row.ascii(value.toString());
            return 0;
          };
      case DATE ->
          (value, row) -> {
            Civil.date(Math.floorDiv(millis(value), DAY_MS), row);
            return 0;
          };
      case TIME ->
          (value, row) -> {
            Civil.time(millis(value), row);
            return 0;
          };
      case TIMESTAMP ->
          (value, row) -> {
            Civil.timestamp(millis(value), row);
            return 0;
          };
      case NUMERIC -> decimal(scale(schema));
      case VARBYTE -> Cells::bytes;
      case SUPER -> nested(schema);
      default -> Cells::text;
    };
  }

  private static int scale(Schema schema) {
    String scale = schema.parameters() == null ? null : schema.parameters().get("scale");
    try {
      int digits = Integer.parseInt(String.valueOf(scale));
      if (digits >= 0 && digits < ColumnType.MAX_DIGITS) {
        return digits;
      }
    } catch (NumberFormatException e) {
      // The message below says it.
    }
    throw new BadRowException(
        "is a Decimal of scale " + scale + ", a NUMERIC column takes 0 to 37");
  }

  private static Cell decimal(int scale) {
    return (value, row) -> {
      BigDecimal decimal = (BigDecimal) value;
      if (decimal.precision() - decimal.scale() > ColumnType.MAX_DIGITS - scale
          || decimal.scale() > scale) {
        throw new BadRowException(
            "does not fit NUMERIC(" + ColumnType.MAX_DIGITS + "," + scale + ")");
      }
      row.ascii(decimal.toPlainString());
      return 0;
    };
  }

  private static int text(Object value, CsvRow row) {
    int bytes = row.text((CharSequence) value);
    if (bytes > ColumnType.MAX_VARCHAR_BYTES) {
      throw new BadRowException(
          "is " + bytes + " bytes long, a VARCHAR takes " + ColumnType.MAX_VARCHAR_BYTES);
    }
    return bytes;
  }

  private static int bytes(Object value, CsvRow row) {
    ByteBuffer buffer =
        value instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) value).duplicate();
    int size = buffer.remaining();
    if (size > ColumnType.MAX_VARBYTE_BYTES) {
      throw new BadRowException(
          "is " + size + " bytes long, a VARBYTE takes " + ColumnType.MAX_VARBYTE_BYTES);
    }
    row.put((byte) '"');
    while (buffer.hasRemaining()) {
      row.hex(buffer.get());
    }
    row.put((byte) '"');
    return size;
  }

  private static Cell nested(Schema schema) {
    return (value, row) -> {
      StringBuilder json = new StringBuilder(256);
      JsonText.append(schema, value, json);
      int bytes = row.text(json);
      if (bytes > MAX_SUPER_BYTES) {
        throw new BadRowException(
            "is " + bytes + " bytes of JSON, a SUPER takes " + MAX_SUPER_BYTES);
      }
      return 0;
    };
  }

  /** Connect's logical types hold a java.util.Date, in UTC. */
  private static long millis(Object value) {
    return ((java.util.Date) value).getTime();
  }
}
