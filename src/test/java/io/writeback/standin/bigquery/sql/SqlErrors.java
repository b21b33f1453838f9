package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;

/** Errors of statements, with line and column as the service gives them. */
final class SqlErrors {
  private SqlErrors() {}

  static ApiException syntax(String sql, int position, String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < position && i < sql.length(); i++) {
      if (sql.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return ApiException.invalidQuery("Syntax error: " + what + " at [" + line + ":" + column + "]");
  }

  static ApiException unsupported(String what) {
    return ApiException.invalidQuery(what + " is not supported by this stand-in");
  }
}
