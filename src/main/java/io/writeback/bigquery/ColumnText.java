package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.util.Base64;
import org.apache.kafka.connect.data.Struct;

/** Values as text, for a column of a table that is STRING although the record knows a type. */
final class ColumnText {

  private ColumnText() {}

  static String of(ColumnKind kind, Object value) {
    return switch (kind) {
      case STRING -> (String) value;
      case BOOL, INT64, FLOAT64 -> value.toString();
      case BYTES -> Base64.getEncoder().encodeToString(ProtoScalars.bytes(value));
      case NUMERIC, BIGNUMERIC, DECIMAL_TEXT -> ((BigDecimal) value).toPlainString();
      case VARIABLE_DECIMAL -> ProtoScalars.variable((Struct) value).toPlainString();
      case JSON -> ProtoScalars.checkedJson((String) value);
      case CONNECT_DATE, EPOCH_DAYS -> CivilText.date(CivilUnits.day(kind, value));
      case CONNECT_TIME, MILLIS_OF_DAY, MICROS_OF_DAY, NANOS_OF_DAY, ZONED_TIME ->
          CivilText.time(CivilUnits.timeOfDay(kind, value) * 1000);
      case CONNECT_TIMESTAMP, EPOCH_MILLIS, EPOCH_MICROS, EPOCH_NANOS, ZONED_TIMESTAMP ->
          CivilText.timestampOfMicros(CivilUnits.timestamp(kind, value));
      case STRUCT, ARRAY, MAP ->
          throw new BadRowException("a " + kind + " cannot be written to a STRING column");
    };
  }
}
