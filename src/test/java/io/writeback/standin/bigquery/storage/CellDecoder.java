package io.writeback.standin.bigquery.storage;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.ValueParser;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;

/**
 * One protobuf value as a column's value, by the conversion table of the documentation page
 * "Supported protocol buffer and Arrow data types". Pure.
 */
final class CellDecoder {
  private static final BigInteger NUMERIC_LIMIT = BigInteger.TEN.pow(38);
  private static final BigDecimal BIGNUMERIC_LIMIT =
      new BigDecimal(
          "578960446186580977117854925043439539266.34992332820282019728792003956564819967");

  /** Types whose text is parsed as everywhere else in the warehouse. */
  private static final Set<FieldType> PARSED =
      EnumSet.of(FieldType.DATE, FieldType.TIME, FieldType.DATETIME, FieldType.JSON);

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
      return value instanceof String text && PARSED.contains(field.type())
          ? ValueParser.parse(field.element(), text)
          : limited(field, convert(field.type(), value));
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new Refused("Invalid " + field.type() + " value on field " + field.name());
    } catch (Refused e) {
      throw new Refused(e.getMessage() + " on field " + field.name());
    }
  }

  /** Parameters of the column's type: a longer or larger value is refused, not cut. */
  private static Object limited(Field field, Object value) {
    long longest = field.extras().path("maxLength").asLong(Long.MAX_VALUE);
    if (value instanceof String text && text.codePointCount(0, text.length()) > longest
        || value instanceof byte[] bytes && bytes.length > longest) {
      throw new Refused("Longer than " + longest);
    }
    if (value instanceof BigDecimal number && field.extras().hasNonNull("precision")) {
      int scale = field.extras().path("scale").asInt();
      BigDecimal rounded = number.setScale(scale, RoundingMode.HALF_UP);
      if (rounded.precision() > field.extras().path("precision").asInt()) {
        throw new Refused("Out of range of the column's precision");
      }
    }
    return value;
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
      case DATE -> day(LocalDate.ofEpochDay(whole(value)));
      case TIME -> CivilTime.time(whole(value));
      case DATETIME -> dateTime(whole(value));
      case TIMESTAMP -> timestamp(value);
      case STRUCT, RANGE -> wrong(type, value);
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

  private static LocalDateTime dateTime(long packed) {
    LocalDateTime time = CivilTime.dateTime(packed);
    day(time.toLocalDate());
    return time;
  }

  private static Instant timestamp(Object value) {
    Instant instant = Instant.EPOCH.plus(whole(value), ChronoUnit.MICROS);
    day(LocalDate.ofInstant(instant, ZoneOffset.UTC));
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
