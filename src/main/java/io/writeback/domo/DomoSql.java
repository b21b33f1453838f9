package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Pieces of SQL for the query API, which binds no values: backticks around names, single quotes
 * around texts (Domo knowledge base 360043436093). The only code that quotes.
 */
final class DomoSql {
  // Domo ignores the name after FROM (tap-domo, client.py); the DataSet is in the URL.
  static final String FROM = " FROM table";

  static final String COUNT = "SELECT COUNT(*)" + FROM;

  private DomoSql() {}

  static String rows(int most) {
    return "SELECT *" + FROM + " LIMIT " + most;
  }

  static String countOf(String column, String text) {
    return COUNT + " WHERE " + name(column) + " = " + text(text);
  }

  /** A column name. */
  static String name(String column) {
    return "`" + column.replace("`", "``") + "`";
  }

  static String names(Collection<String> columns) {
    return columns.stream().map(DomoSql::name).collect(Collectors.joining(", "));
  }

  /**
   * A value as {@link CellValue} makes it. Times look as they do in the answers of the query API.
   *
   * @throws FaultException of kind configuration if no text means that value for certain
   */
  static String literal(ColumnType type, Object value) {
    return switch (type) {
      case LONG -> Long.toString((Long) value);
      case DOUBLE -> Double.toString((Double) value);
      case DECIMAL -> ((BigDecimal) value).toPlainString();
      case DATE -> text(value.toString());
      case DATETIME -> text(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format((LocalDateTime) value));
      case STRING -> text((String) value);
    };
  }

  /**
   * A text in single quotes.
   *
   * @throws FaultException of kind configuration if the text is such a one
   */
  static String text(String text) {
    if (!comparable(text)) {
      throw FaultException.configuration(
          "a text with a backslash or a zero character cannot be compared in Domo's SQL for"
              + " certain: take another tiebreak in domo.cursor.columns or another condition in"
              + " domo.row.filter",
          null);
    }
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * Whether a quoted text means the same everywhere. Standard SQL takes a backslash as it is, MySQL
   * as the begin of an escape, and Domo says nothing about it: a comparison that may mean another
   * text could skip rows.
   */
  static boolean comparable(String text) {
    return text.indexOf('\\') < 0 && text.indexOf('\0') < 0;
  }
}
