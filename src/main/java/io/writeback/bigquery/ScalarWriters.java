package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.bigquery.NdjsonEncoder.ValueWriter;
import io.writeback.sink.BadRowException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Date;
import org.apache.kafka.connect.data.Struct;

/** How values without structure are written. */
final class ScalarWriters {
  private static final long DAY_MS = 86_400_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ScalarWriters() {}

  static ValueWriter of(ColumnKind kind, FloatPolicy floats) {
    return switch (kind) {
      case BOOL -> (value, json) -> json.writeBoolean((Boolean) value);
      case INT64 -> (value, json) -> json.writeNumber(((Number) value).longValue());
      case FLOAT64 -> (value, json) -> writeDouble(((Number) value).doubleValue(), floats, json);
      case STRING -> (value, json) -> json.writeString(checked((String) value));
      case BYTES -> (value, json) -> json.writeBinary(bytes(value));
      case NUMERIC -> (value, json) -> json.writeString(NumericText.numeric((BigDecimal) value));
      case BIGNUMERIC ->
          (value, json) -> json.writeString(NumericText.bigNumeric((BigDecimal) value));
      case DECIMAL_TEXT -> (value, json) -> json.writeString(((BigDecimal) value).toPlainString());
      case VARIABLE_DECIMAL ->
          (value, json) -> json.writeString(NumericText.bigNumeric(variable((Struct) value)));
      case JSON -> (value, json) -> json.writeRawValue(oneLine((String) value));
      case CONNECT_DATE ->
          (value, json) ->
              json.writeString(CivilText.date(Math.floorDiv(((Date) value).getTime(), DAY_MS)));
      case EPOCH_DAYS ->
          (value, json) -> json.writeString(CivilText.date(((Number) value).longValue()));
      case CONNECT_TIME -> (value, json) -> writeTime(((Date) value).getTime(), 1_000_000, json);
      case MILLIS_OF_DAY ->
          (value, json) -> writeTime(((Number) value).longValue(), 1_000_000, json);
      case MICROS_OF_DAY -> (value, json) -> writeTime(((Number) value).longValue(), 1000, json);
      case NANOS_OF_DAY -> (value, json) -> writeTime(((Number) value).longValue(), 1, json);
      case ZONED_TIME -> (value, json) -> json.writeString(CivilText.zonedTime((String) value));
      case CONNECT_TIMESTAMP ->
          (value, json) -> json.writeString(CivilText.timestampOfMillis(((Date) value).getTime()));
      case EPOCH_MILLIS ->
          (value, json) ->
              json.writeString(CivilText.timestampOfMillis(((Number) value).longValue()));
      case EPOCH_MICROS ->
          (value, json) ->
              json.writeString(CivilText.timestampOfMicros(((Number) value).longValue()));
      case EPOCH_NANOS ->
          (value, json) ->
              json.writeString(CivilText.timestampOfNanos(((Number) value).longValue()));
      case ZONED_TIMESTAMP ->
          (value, json) -> json.writeString(CivilText.zonedTimestamp((String) value));
      case STRUCT, ARRAY, MAP -> throw new IllegalArgumentException(kind + " has structure");
    };
  }

  private static void writeTime(long units, long nanosPerUnit, JsonGenerator json)
      throws IOException {
    if (units < 0 || units > DAY_MS * 1_000_000 / nanosPerUnit) {
      throw new BadRowException("a time of day lies outside of 00:00:00 to 24:00:00");
    }
    json.writeString(CivilText.time(units * nanosPerUnit));
  }

  private static void writeDouble(double value, FloatPolicy floats, JsonGenerator json)
      throws IOException {
    if (!Double.isFinite(value) && floats == FloatPolicy.REJECT) {
      throw floats.refusal();
    }
    if (!Double.isFinite(value) && floats == FloatPolicy.NULL) {
      json.writeNull();
      return;
    }
    // JSON has no such numbers; BigQuery reads these words into FLOAT64.
    if (Double.isNaN(value)) {
      json.writeString("NaN");
    } else if (Double.isInfinite(value)) {
      json.writeString(value > 0 ? "Infinity" : "-Infinity");
    } else {
      json.writeNumber(value);
    }
  }

  /** Half of a surrogate pair has no UTF-8 form; a question mark in its place would be a lie. */
  private static String checked(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new BadRowException("a text holds half a surrogate pair, which is no Unicode");
        }
        i++;
      }
    }
    return text;
  }

  private static byte[] bytes(Object value) {
    if (value instanceof byte[] array) {
      return array;
    }
    ByteBuffer view = ((ByteBuffer) value).duplicate();
    byte[] array = new byte[view.remaining()];
    view.get(array);
    return array;
  }

  private static BigDecimal variable(Struct value) {
    return new BigDecimal(
        new BigInteger(bytes(value.get("value"))), ((Number) value.get("scale")).intValue());
  }

  /**
   * On one line, and known to be JSON: a broken document would break the whole file. Numbers stay
   * as they are spelled.
   */
  private static String oneLine(String text) {
    try {
      if (JSON.readTree(text).isMissingNode()) {
        throw new BadRowException("a text declared as JSON is empty");
      }
    } catch (IOException e) {
      // Without the cause: its message quotes the text.
      throw new BadRowException("a text declared as JSON is none");
    }
    // Inside of strings JSON has no line breaks, so these only separate.
    return text.replace('\n', ' ').replace('\r', ' ');
  }
}
