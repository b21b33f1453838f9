package io.writeback.standin.bigquery.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * One protobuf value as a column's value, by the conversion table of the documentation page
 * "Supported protocol buffer and Arrow data types". Pure.
 */
final class CellDecoder {
  private static final BigInteger NUMERIC_LIMIT = BigInteger.TEN.pow(38);
  private static final BigDecimal BIGNUMERIC_LIMIT =
      new BigDecimal(
          "578960446186580977117854925043439539266.34992332820282019728792003956564819967");
  private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

  private CellDecoder() {}

  /** A value that the column does not take. The message does not hold the value. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  static Object decode(Field field, Object value) {
    try {
      return convert(field.type(), value);
    } catch (DateTimeException | NumberFormatException e) {
      throw new Refused("Invalid " + field.type() + " value on field " + field.name());
    } catch (Refused e) {
      throw new Refused(e.getMessage() + " on field " + field.name());
    }
  }

  private static Object convert(FieldType type, Object value) {
    return switch (type) {
      case INT64 -> whole(value);
      case FLOAT64 -> value instanceof Number n ? (Object) n.doubleValue() : wrong(type, value);
      case BOOL ->
          value instanceof Boolean
              ? value
              : value instanceof Number n ? n.longValue() != 0 : wrong(type, value);
      case STRING, JSON, GEOGRAPHY, INTERVAL -> text(type, value);
      case BYTES -> bytes(value);
      case NUMERIC -> numeric(value);
      case BIGNUMERIC -> bigNumeric(value);
      case DATE ->
          day(
              value instanceof Number n
                  ? LocalDate.ofEpochDay(n.longValue())
                  : LocalDate.parse(text(type, value)));
      case TIME ->
          value instanceof Number n
              ? CivilTime.time(n.longValue())
              : LocalTime.parse(text(type, value));
      case DATETIME -> dateTime(value);
      case TIMESTAMP -> timestamp(value);
      case STRUCT -> wrong(type, value);
    };
  }

  private static Long whole(Object value) {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof EnumValueDescriptor constant) {
      return (long) constant.getNumber();
    }
    return (Long) wrong(FieldType.INT64, value);
  }

  private static String text(FieldType type, Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof EnumValueDescriptor constant) {
      return constant.getName();
    }
    if (value instanceof ByteString bytes && type == FieldType.STRING) {
      if (!bytes.isValidUtf8()) {
        throw new Refused("Invalid UTF-8");
      }
      return bytes.toStringUtf8();
    }
    return (String) wrong(type, value);
  }

  private static byte[] bytes(Object value) {
    if (value instanceof ByteString bytes) {
      return bytes.toByteArray();
    }
    return value instanceof String text
        ? ByteString.copyFromUtf8(text).toByteArray()
        : (byte[]) wrong(FieldType.BYTES, value);
  }

  private static BigDecimal numeric(Object value) {
    BigDecimal number = decimal(FieldType.NUMERIC, value, 9);
    BigDecimal rounded = number.setScale(9, RoundingMode.HALF_UP);
    if (number.compareTo(rounded) != 0
        || rounded.unscaledValue().abs().compareTo(NUMERIC_LIMIT) >= 0) {
      throw new Refused("Out of range or precision of NUMERIC");
    }
    return rounded;
  }

  private static BigDecimal bigNumeric(Object value) {
    BigDecimal number = decimal(FieldType.BIGNUMERIC, value, 38);
    if (number.stripTrailingZeros().scale() > 38 || number.abs().compareTo(BIGNUMERIC_LIMIT) > 0) {
      throw new Refused("Out of range or precision of BIGNUMERIC");
    }
    return number;
  }

  private static BigDecimal decimal(FieldType type, Object value, int scale) {
    if (value instanceof String text) {
      return new BigDecimal(text);
    }
    if (value instanceof ByteString bytes) {
      return new BigDecimal(new BigInteger(reversed(bytes.toByteArray())), scale);
    }
    if (value instanceof Double || value instanceof Float) {
      return BigDecimal.valueOf(((Number) value).doubleValue());
    }
    return value instanceof Number n
        ? BigDecimal.valueOf(n.longValue())
        : (BigDecimal) wrong(type, value);
  }

  private static byte[] reversed(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
    }
    return bigEndian;
  }

  private static LocalDateTime dateTime(Object value) {
    LocalDateTime time =
        value instanceof Number n
            ? CivilTime.dateTime(n.longValue())
            : LocalDateTime.parse(
                text(FieldType.DATETIME, value).replace(' ', 'T'),
                DateTimeFormatter.ISO_LOCAL_DATE_TIME);
    day(time.toLocalDate());
    return time;
  }

  private static Instant timestamp(Object value) {
    if (!(value instanceof Number)) {
      return (Instant) wrong(FieldType.TIMESTAMP, value);
    }
    Instant instant = Instant.EPOCH.plus(((Number) value).longValue(), ChronoUnit.MICROS);
    day(LocalDate.ofInstant(instant, java.time.ZoneOffset.UTC));
    return instant;
  }

  private static LocalDate day(LocalDate date) {
    if (date.isBefore(FIRST_DAY) || date.isAfter(LAST_DAY)) {
      throw new DateTimeException("outside of years 1 to 9999");
    }
    return date;
  }

  private static Object wrong(FieldType type, Object value) {
    throw new Refused(
        "Cannot convert a protobuf " + value.getClass().getSimpleName() + " to " + type);
  }
}
