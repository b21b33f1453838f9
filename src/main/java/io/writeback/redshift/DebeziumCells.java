package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import io.writeback.sink.BadRowException;
import io.writeback.sink.TableColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * Types that Debezium names and Connect does not know (Debezium documentation, "Temporal types" of
 * each connector). Redshift keeps microseconds; a value with finer digits loses them, which the log
 * table counts.
 */
final class DebeziumCells {
  private static final String TIME = "io.debezium.time.";
  private static final String VARIABLE_DECIMAL = "io.debezium.data.VariableScaleDecimal";
  private static final long DAY_MICROS = 86_400_000_000L;

  private DebeziumCells() {}

  /** The type of a column that Debezium names; empty for all others. */
  static Optional<RedshiftType> type(TableColumn column) {
    return switch (name(column)) {
      case "Date" -> Optional.of(RedshiftType.of(Kind.DATE));
      case "Time", "MicroTime", "NanoTime" -> Optional.of(RedshiftType.of(Kind.TIME));
      case "Timestamp", "MicroTimestamp", "NanoTimestamp" ->
          Optional.of(RedshiftType.of(Kind.TIMESTAMP));
      case "ZonedTimestamp" -> Optional.of(RedshiftType.of(Kind.TIMESTAMPTZ));
      case VARIABLE_DECIMAL -> Optional.of(RedshiftType.varchar(1));
      default -> Optional.empty();
    };
  }

  /** The writer for its values; empty for all others. */
  static Optional<Cell> cell(TableColumn column) {
    return Optional.ofNullable(
        switch (name(column)) {
          case "Date" -> DebeziumCells::date;
          case "Time" -> time(1000, 1);
          case "MicroTime" -> time(1, 1);
          case "NanoTime" -> time(1, 1000);
          case "Timestamp" -> timestamp(1000, 1);
          case "MicroTimestamp" -> timestamp(1, 1);
          case "NanoTimestamp" -> timestamp(1, 1000);
          case "ZonedTimestamp" -> DebeziumCells::zoned;
          case VARIABLE_DECIMAL -> DebeziumCells::decimal;
          default -> null;
        });
  }

  private static String name(TableColumn column) {
    String logical = column.logical().orElse("");
    return logical.startsWith(TIME) ? logical.substring(TIME.length()) : logical;
  }

  private static int date(Object value, CsvRow row) {
    Civil.date(((Number) value).longValue(), row);
    return 0;
  }

  /** Of a value so many times as coarse, or as fine, as microseconds. */
  private static Cell time(long times, long parts) {
    return (value, row) -> {
      long micros = micros(((Number) value).longValue(), times, parts, row);
      if (micros == DAY_MICROS) {
        throw new BadRowException("is 24:00:00, and a TIME ends before it");
      }
      Civil.timeMicros(micros, row);
      return 0;
    };
  }

  private static Cell timestamp(long times, long parts) {
    return (value, row) -> {
      Civil.timestampMicros(micros(((Number) value).longValue(), times, parts, row), row);
      return 0;
    };
  }

  private static long micros(long value, long times, long parts, CsvRow row) {
    if (Math.floorMod(value, parts) != 0) {
      row.noteCut();
    }
    try {
      return Math.floorDiv(Math.multiplyExact(value, times), parts);
    } catch (ArithmeticException e) {
      throw new BadRowException("is outside of the years 1 to 9999", e);
    }
  }

  private static int zoned(Object value, CsvRow row) {
    Instant instant;
    try {
      instant = OffsetDateTime.parse((String) value).toInstant();
    } catch (DateTimeException e) {
      throw new BadRowException("is no ISO timestamp with a zone", e);
    }
    if (instant.getNano() % 1000 != 0) {
      row.noteCut();
    }
    Civil.timestamp(instant.getEpochSecond(), instant.getNano() / 1000, row);
    row.ascii("+00");
    return 0;
  }

  /** Each value has a scale of its own, so no NUMERIC takes them all; as text they are exact. */
  private static int decimal(Object value, CsvRow row) {
    Struct struct = (Struct) value;
    Object bytes = struct.get("value");
    byte[] unscaled;
    if (bytes instanceof ByteBuffer buffer) {
      unscaled = new byte[buffer.remaining()];
      buffer.duplicate().get(unscaled);
    } else {
      unscaled = (byte[]) bytes;
    }
    return row.text(
        new BigDecimal(new BigInteger(unscaled), struct.getInt32("scale")).toPlainString());
  }
}
