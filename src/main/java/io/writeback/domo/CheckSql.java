package io.writeback.domo;

/** What verification asks of the query API, which binds no values. */
final class CheckSql {
  // Domo ignores the name after FROM (tap-domo, client.py); the DataSet is in the URL.
  private static final String FROM = " FROM table";

  static final String COUNT = "SELECT COUNT(*)" + FROM;

  private CheckSql() {}

  static String rows(int most) {
    return "SELECT *" + FROM + " LIMIT " + most;
  }

  static String countOf(String column, String text) {
    return COUNT + " WHERE " + name(column) + " = " + text(text);
  }

  /** A column's name in backticks (Domo, DataSet Query connector, 360043436093). */
  static String name(String column) {
    return "`" + column.replace("`", "``") + "`";
  }

  /** A text in single quotes. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
