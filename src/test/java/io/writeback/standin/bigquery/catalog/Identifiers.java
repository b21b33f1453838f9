package io.writeback.standin.bigquery.catalog;

/** Spelling of identifiers and text in DuckDB's SQL. */
public final class Identifiers {
  private Identifiers() {}

  public static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  public static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
