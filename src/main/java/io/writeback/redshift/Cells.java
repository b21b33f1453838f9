package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Schema;

/** The Redshift type of each Connect type, and how its values are written. */
final class Cells {
  private static final long DAY_MS = 86_400_000L;

  /** Most bytes of a SUPER value (Developer Guide, "SUPER type"). */
  private static final int MAX_SUPER_BYTES = 16_000_000;

  private Cells() {}

  /**
   * The type of a column, with the least size.
   *
   * @throws BadRowException if Redshift has no such type
   */
  static RedshiftType type(TableColumn column) {
    return switch (column.type()) {
      case BOOLEAN -> RedshiftType.of(RedshiftType.Kind.BOOLEAN);
      case INT8, INT16 -> RedshiftType.of(RedshiftType.Kind.SMALLINT);
      case INT32 -> RedshiftType.of(RedshiftType.Kind.INTEGER);
      case INT64 -> RedshiftType.of(RedshiftType.Kind.BIGINT);
      case FLOAT32 -> RedshiftType.of(RedshiftType.Kind.REAL);
      case FLOAT64 -> RedshiftType.of(RedshiftType.Kind.DOUBLE);
      case STRING -> RedshiftType.varchar(1);
      case BYTES -> RedshiftType.varbyte();
      case DECIMAL -> RedshiftType.numeric(RedshiftType.MAX_DIGITS, scale(column));
      case DATE -> RedshiftType.of(RedshiftType.Kind.DATE);
      case TIME -> RedshiftType.of(RedshiftType.Kind.TIME);
      case TIMESTAMP -> RedshiftType.of(RedshiftType.Kind.TIMESTAMP);
      case STRUCT, ARRAY, MAP -> RedshiftType.of(RedshiftType.Kind.SUPER);
    };
  }

  /** The writer for values of a column, whose values have the schema. */
  static Cell cell(TableColumn column, Schema schema) {
    return switch (type(column).kind()) {
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
      case NUMERIC -> decimal(scale(column));
      case VARBYTE -> Cells::bytes;
      case SUPER -> nested(schema);
      default -> Cells::text;
    };
  }

  private static int scale(TableColumn column) {
    int scale = column.scale().orElse(0);
    if (scale < 0 || scale >= RedshiftType.MAX_DIGITS) {
      throw new BadRowException(
          "is a Decimal of scale " + scale + ", a NUMERIC column takes 0 to 37");
    }
    return scale;
  }

  private static Cell decimal(int scale) {
    return (value, row) -> {
      BigDecimal decimal = (BigDecimal) value;
      if (decimal.precision() - decimal.scale() > RedshiftType.MAX_DIGITS - scale
          || decimal.scale() > scale) {
        throw new BadRowException(
            "does not fit NUMERIC(" + RedshiftType.MAX_DIGITS + "," + scale + ")");
      }
      row.ascii(decimal.toPlainString());
      return 0;
    };
  }

  private static int text(Object value, CsvRow row) {
    int bytes = row.text((CharSequence) value);
    if (bytes > RedshiftType.MAX_VARCHAR_BYTES) {
      throw new BadRowException(
          "is " + bytes + " bytes long, a VARCHAR takes " + RedshiftType.MAX_VARCHAR_BYTES);
    }
    return bytes;
  }

  private static int bytes(Object value, CsvRow row) {
    ByteBuffer buffer =
        value instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) value).duplicate();
    int size = buffer.remaining();
    if (size > RedshiftType.MAX_VARBYTE_BYTES) {
      throw new BadRowException(
          "is " + size + " bytes long, a VARBYTE takes " + RedshiftType.MAX_VARBYTE_BYTES);
    }
    if (size == 0) {
      // Developer Guide, "COPY data conversion parameters": an empty field of any type other than
      // CHAR and VARCHAR is loaded as null.
      throw new BadRowException("is empty, which COPY cannot tell from null in a VARBYTE");
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
  @SuppressWarnings("JavaUtilDate")
  private static long millis(Object value) {
    return ((java.util.Date) value).getTime();
  }
}
