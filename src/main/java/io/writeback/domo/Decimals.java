package io.writeback.domo;

import java.util.Locale;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * What becomes of a DECIMAL column. Domo documents neither precision nor scale.
 *
 * @param handling the form in the record
 * @param scale number of decimals of the precise form
 */
record Decimals(Handling handling, int scale) {
  /** The forms. */
  enum Handling {
    /** Connect's Decimal with a fixed scale. */
    PRECISE,
    /** The nearest double. */
    DOUBLE,
    /** The digits as Domo wrote them. */
    STRING;

    static Handling of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  SchemaBuilder schema() {
    return switch (handling) {
      case PRECISE -> Decimal.builder(scale);
      case DOUBLE -> SchemaBuilder.float64();
      case STRING -> SchemaBuilder.string();
    };
  }

  Object value(char[] buf, int offset, int length) {
    return switch (handling) {
      case PRECISE -> Cells.decimalValue(buf, offset, length, scale);
      case DOUBLE -> Cells.doubleValue(buf, offset, length);
      case STRING -> new String(buf, offset, length);
    };
  }

  /** Throws as {@link #value} would. */
  void check(char[] buf, int offset, int length) {
    if (handling == Handling.PRECISE) {
      Cells.decimalValue(buf, offset, length, scale);
    } else {
      Cells.doubleValue(buf, offset, length);
    }
  }
}
