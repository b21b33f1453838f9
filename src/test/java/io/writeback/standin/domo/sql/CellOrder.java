package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.DomoType;
import java.math.BigDecimal;
import java.util.Comparator;

/** Compares cells of one type; null comes first. */
record CellOrder(DomoType type) implements Comparator<String> {
  @Override
  public int compare(String a, String b) {
    if (a == null || b == null) {
      return a == null ? (b == null ? 0 : -1) : 1;
    }
    return switch (type) {
      case LONG -> Long.compare(Long.parseLong(a), Long.parseLong(b));
      // SQL has one zero.
      case DOUBLE -> Double.compare(Double.parseDouble(a) + 0.0, Double.parseDouble(b) + 0.0);
      case DECIMAL -> new BigDecimal(a).compareTo(new BigDecimal(b));
      case STRING, DATE, DATETIME -> a.compareTo(b);
    };
  }

  /** A literal of a statement as canonical text of this type. */
  String literal(String value) throws SqlException {
    try {
      return switch (type) {
        case LONG -> Long.toString(new BigDecimal(value).longValueExact());
        case DOUBLE -> Double.toString(Double.parseDouble(value));
        case DECIMAL -> new BigDecimal(value).toPlainString();
        case DATETIME -> value.length() == 10 ? value + "T00:00:00" : value.replace(' ', 'T');
        case DATE, STRING -> value;
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw new SqlException("'" + value + "' is no value of a " + type + " column");
    }
  }
}
