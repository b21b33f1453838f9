package io.writeback.bigquery;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.sink.BadRowException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.Struct;

/**
 * How values without structure are written for a column of some type (documentation page "Supported
 * protocol buffer and Arrow data types"). The column's type decides, not only the record's: the
 * same number means a TIMESTAMP in one column and something else in a DATETIME.
 *
 * <p>Decimals travel as text, because the same bytes would be another number in a BIGNUMERIC column
 * than in a NUMERIC one.
 */
final class ProtoScalars {
  private static final int LONG_DIGITS = 18;
  private static final int NUMERIC_WHOLE_DIGITS = 29;
  private static final int BIGNUMERIC_WHOLE_DIGITS = 38;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ProtoScalars() {}

  /**
   * The way from a kind to a type of BigQuery.
   *
   * @param column type of the column, spelled as in the REST API
   * @return null if there is none that keeps the value
   */
  static ProtoType of(ColumnKind kind, String column, FloatPolicy floats) {
    return switch (column) {
      case "STRING" -> text(kind);
      case "BYTES" -> kind == ColumnKind.BYTES ? binary() : null;
      case "BOOLEAN" -> kind == ColumnKind.BOOL ? bool() : null;
      case "INTEGER" ->
          kind == ColumnKind.INT64 ? whole() : kind == ColumnKind.FLOAT64 ? integral() : null;
      case "FLOAT" -> floating(kind, floats);
      case "NUMERIC" -> decimal(kind, NUMERIC_WHOLE_DIGITS, ColumnKind.NUMERIC_SCALE);
      case "BIGNUMERIC" -> decimal(kind, BIGNUMERIC_WHOLE_DIGITS, ColumnKind.BIGNUMERIC_SCALE);
      case "JSON" ->
          kind == ColumnKind.JSON || kind == ColumnKind.STRING
              ? text((value, out) -> out.lengthAndText(checkedJson((String) value)))
              : null;
      case "GEOGRAPHY", "INTERVAL" -> kind == ColumnKind.STRING ? text(kind) : null;
      case "DATE", "TIME", "DATETIME", "TIMESTAMP" -> civil(kind, column);
      default -> null;
    };
  }

  private static ProtoType civil(ColumnKind kind, String column) {
    String natural = kind.bigQueryType();
    if (column.equals("DATE") && kind == ColumnKind.CONNECT_DATE) {
      return new ProtoType(
          Type.TYPE_INT32,
          ProtoType.Form.DAY,
          (value, out) -> out.varint(CivilUnits.day(kind, value)));
    }
    if (column.equals("DATE") && natural.equals("DATE")) {
      return new ProtoType(
          Type.TYPE_INT32, (value, out) -> out.varint(CivilUnits.day(kind, value)));
    }
    if (column.equals("TIME") && natural.equals("TIME")) {
      return number(
          (value, out) -> out.varint(CivilUnits.packedTime(CivilUnits.timeOfDay(kind, value))));
    }
    boolean fromText = kind == ColumnKind.STRING;
    if (column.equals("TIMESTAMP") && kind == ColumnKind.CONNECT_TIMESTAMP) {
      return new ProtoType(
          Type.TYPE_INT64,
          ProtoType.Form.MILLIS,
          (value, out) -> out.varint(CivilUnits.timestamp(kind, value)));
    }
    if (column.equals("TIMESTAMP") && (natural.equals("TIMESTAMP") || fromText)) {
      return number((value, out) -> out.varint(CivilUnits.timestamp(kind, value)));
    }
    if (column.equals("DATETIME") && natural.equals("TIMESTAMP")) {
      return number(
          (value, out) -> out.varint(CivilUnits.packedDateTime(CivilUnits.timestamp(kind, value))));
    }
    return fromText ? text(kind) : null;
  }

  private static ProtoType text(ColumnKind kind) {
    return switch (kind) {
      case STRUCT, ARRAY, MAP -> null;
      case STRING ->
          new ProtoType(
              Type.TYPE_STRING,
              ProtoType.Form.TEXT,
              (value, out) -> out.lengthAndText((String) value));
      default -> text((value, out) -> out.lengthAndText(ColumnText.of(kind, value)));
    };
  }

  private static ProtoType binary() {
    return new ProtoType(Type.TYPE_BYTES, (value, out) -> out.lengthAndBytes(bytes(value)));
  }

  private static ProtoType bool() {
    return new ProtoType(
        Type.TYPE_BOOL,
        ProtoType.Form.BOOL,
        (value, out) -> out.varint(Boolean.TRUE.equals(value) ? 1 : 0));
  }

  private static ProtoType whole() {
    return new ProtoType(
        Type.TYPE_INT64,
        ProtoType.Form.WHOLE,
        (value, out) -> out.varint(((Number) value).longValue()));
  }

  /** Of a number that need not be whole, but is. */
  private static ProtoType integral() {
    return number(
        (value, out) -> {
          double number = ((Number) value).doubleValue();
          if (number != Math.rint(number) || Math.abs(number) > 0x1p53) {
            throw new BadRowException("a number is no whole one, which its INTEGER column needs");
          }
          out.varint((long) number);
        });
  }

  private static ProtoType floating(ColumnKind kind, FloatPolicy floats) {
    if (kind != ColumnKind.FLOAT64 && kind != ColumnKind.INT64) {
      return null;
    }
    return new ProtoType(
        Type.TYPE_DOUBLE,
        floats == FloatPolicy.REJECT ? ProtoType.Form.OTHER : ProtoType.Form.DOUBLE,
        (value, out) -> {
          double number = ((Number) value).doubleValue();
          if (floats == FloatPolicy.REJECT && !Double.isFinite(number)) {
            throw floats.refusal();
          }
          out.fixed64(Double.doubleToRawLongBits(number));
        });
  }

  private static ProtoType decimal(ColumnKind kind, int wholeDigits, int scale) {
    return switch (kind) {
      case INT64 -> whole();
      case NUMERIC, BIGNUMERIC, DECIMAL_TEXT ->
          text((value, out) -> write((BigDecimal) value, wholeDigits, scale, out));
      case VARIABLE_DECIMAL ->
          text((value, out) -> write(variable((Struct) value), wholeDigits, scale, out));
      default -> null;
    };
  }

  private static void write(BigDecimal value, int wholeDigits, int scale, ProtoBuffer out) {
    int digits = value.precision();
    if (digits <= LONG_DIGITS && value.scale() >= 0 && value.scale() <= Math.min(9, scale)) {
      out.lengthAndDecimal(value.unscaledValue().longValue(), value.scale());
    } else if (wholeDigits == NUMERIC_WHOLE_DIGITS) {
      out.lengthAndText(NumericText.numeric(value));
    } else {
      out.lengthAndText(NumericText.bigNumeric(value));
    }
  }

  private static ProtoType text(ProtoType.Writer writer) {
    return new ProtoType(Type.TYPE_STRING, writer);
  }

  private static ProtoType number(ProtoType.Writer writer) {
    return new ProtoType(Type.TYPE_INT64, writer);
  }

  static byte[] bytes(Object value) {
    if (value instanceof byte[] array) {
      return array;
    }
    ByteBuffer view = ((ByteBuffer) value).duplicate();
    byte[] array = new byte[view.remaining()];
    view.get(array);
    return array;
  }

  static BigDecimal variable(Struct value) {
    return new BigDecimal(
        new BigInteger(bytes(value.get("value"))), ((Number) value.get("scale")).intValue());
  }

  static String checkedJson(String text) {
    try {
      if (JSON.readTree(text).isMissingNode()) {
        throw new BadRowException("a text declared as JSON is empty");
      }
    } catch (IOException e) {
      // Without the cause: its message quotes the text.
      throw new BadRowException("a text declared as JSON is none");
    }
    return text;
  }
}
