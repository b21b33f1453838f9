package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import java.math.BigDecimal;
import org.apache.kafka.connect.data.Schema;

/** The Redshift type of each Connect type, and how its values are written. */
final class Cells {
  private static final long DAY_MS = 86_400_000L;

  /**
   * Most bytes of a nested value. A SUPER holds 16,000,000 (Developer Guide, "SUPER type"), but it
   * comes through COPY, whose rows end at 4 MiB, of which the other columns need their part.
   */
  static final int MAX_SUPER_BYTES = CsvRow.MAX_BYTES - 1024;

  private Cells() {}

  /**
   * The type of a column, with the least size.
   *
   * @throws BadRowException if Redshift has no such type
   */
  static RedshiftType type(TableColumn column) {
    return DebeziumCells.type(column).orElseGet(() -> connectType(column));
  }

  private static RedshiftType connectType(TableColumn column) {
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

  /** As below, for values that must not be changed, such as those of a key. */
  static Cell cell(TableColumn column, Schema schema) {
    return cell(column, schema, ValuePolicy.STRICT);
  }

  /** The writer for values of a column, whose values have the schema. */
  static Cell cell(TableColumn column, Schema schema, ValuePolicy policy) {
    return DebeziumCells.cell(column).orElseGet(() -> connectCell(column, schema, policy));
  }

  private static Cell connectCell(TableColumn column, Schema schema, ValuePolicy policy) {
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
      case VARBYTE -> new BytesCell(policy);
      case SUPER -> nested(schema, policy);
      default -> new TextCell(policy);
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

  private static Cell nested(Schema schema, ValuePolicy policy) {
    return (value, row) -> {
      StringBuilder json = new StringBuilder(256);
      JsonText.append(schema, value, json);
      int start = row.length();
      // A character is a byte at least, so a text of many need not be written to know that.
      boolean fits = json.length() <= MAX_SUPER_BYTES;
      if (fits) {
        row.text(json);
        fits = row.length() - start <= MAX_SUPER_BYTES;
      }
      if (!fits && policy.oversize() != ValuePolicy.Choice.NULL) {
        throw new BadRowException(
            "is more than " + MAX_SUPER_BYTES + " bytes of CSV, and a row of COPY takes no more");
      }
      if (!fits) {
        row.nullInstead(start);
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
