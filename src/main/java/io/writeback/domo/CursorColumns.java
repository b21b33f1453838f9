package io.writeback.domo;

import io.writeback.domo.SourcePosition.Cursor;
import io.writeback.retry.FaultException;
import java.util.List;

/**
 * The columns that order a DataSet.
 *
 * @param cursor grows with every new or changed row
 * @param cursorIndex its place in the DataSet
 * @param key tells rows of one cursor value apart, or null
 * @param keyIndex its place, or -1
 */
record CursorColumns(DomoColumn cursor, int cursorIndex, DomoColumn key, int keyIndex) {
  static final String SETTING = "domo.cursor.columns";

  /**
   * Finds the columns.
   *
   * @param names the cursor column, then a tiebreak if there is one
   * @throws FaultException of kind configuration if one is missing or has no certain order
   */
  static CursorColumns of(List<DomoColumn> columns, List<String> names) {
    int cursor = DomoColumn.index(columns, names.get(0), SETTING);
    int key = names.size() < 2 ? -1 : DomoColumn.index(columns, names.get(1), SETTING);
    if (columns.get(cursor).type() == ColumnType.STRING) {
      throw FaultException.configuration(
          SETTING
              + ": column \""
              + names.get(0)
              + "\" is STRING, whose order is not documented at Domo: a cursor is LONG, DECIMAL,"
              + " DOUBLE, DATE or DATETIME (a STRING can be the tiebreak)",
          null);
    }
    return new CursorColumns(columns.get(cursor), cursor, key < 0 ? null : columns.get(key), key);
  }

  boolean hasKey() {
    return key != null;
  }

  int[] indices() {
    return hasKey() ? new int[] {cursorIndex, keyIndex} : new int[] {cursorIndex};
  }

  /**
   * A position in this order.
   *
   * @param key null behind all rows of the value
   */
  record Point(Object value, Object key) {}

  /** Whether the tiebreak's order is known here; that of texts is known to Domo alone. */
  boolean keyIsOrdered() {
    return hasKey() && key.type() != ColumnType.STRING;
  }

  int compareValues(Point a, Point b) {
    return CellValue.compare(cursor.type(), a.value(), b.value());
  }

  /** As it is kept in an offset: whole numbers as such, the rest as text. */
  Cursor stored(Point point, String fingerprint) {
    return new Cursor(
        stored(cursor, point.value()),
        point.key() == null ? null : stored(key, point.key()),
        fingerprint);
  }

  /**
   * Reads what an offset, an operator or a setting says.
   *
   * @throws FaultException of kind configuration if it is not of the column's type
   */
  Point point(Cursor stored) {
    if (!hasKey() && stored.key() != null) {
      throw FaultException.configuration(
          "the offset " + stored + " has cursor.key, but " + SETTING + " names no tiebreak", null);
    }
    return new Point(
        value(cursor, stored.value()), stored.key() == null ? null : value(key, stored.key()));
  }

  private static Object stored(DomoColumn column, Object value) {
    return switch (column.type()) {
      case LONG, STRING -> value;
      case DOUBLE -> value.toString();
      case DECIMAL, DATE, DATETIME -> {
        String literal = DomoSql.literal(column.type(), value);
        yield column.type() == ColumnType.DECIMAL
            ? literal
            : literal.substring(1, literal.length() - 1);
      }
    };
  }

  /** The value of a column from a text or a whole number. */
  static Object value(DomoColumn column, Object stored) {
    try {
      return CellValue.of(column.type(), stored.toString());
    } catch (IllegalArgumentException e) {
      throw FaultException.configuration(
          "the cursor value \""
              + stored
              + "\" "
              + e.getMessage()
              + ", and column \""
              + column.name()
              + "\" is "
              + column.type(),
          e);
    }
  }
}
