package io.writeback.standin.bigquery.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The default of a column, if it is one that DuckDB reads the same way (documentation page "Specify
 * default column values").
 */
public final class DefaultValues {
  /** Stands in a row for the column's default, which is NULL if it has none. */
  public static final Object DEFAULT =
      new Object() {
        @Override
        public String toString() {
          return "DEFAULT";
        }
      };

  private DefaultValues() {}

  static String clause(Field field) {
    return expression(field).map(text -> " DEFAULT " + text).orElse("");
  }

  /** In DuckDB's dialect. */
  static Optional<String> expression(Field field) {
    return field
        .defaultValue()
        .map(
            text ->
                switch (text.toUpperCase(Locale.ROOT)) {
                  case "CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP" -> "now()";
                  case "CURRENT_DATE()", "CURRENT_DATE" -> "current_date";
                  case "GENERATE_UUID()" -> "CAST(uuid() AS VARCHAR)";
                  default -> text.replace("\\'", "''");
                });
  }

  /** The value that a new row gets. */
  static Object value(StoreSession session, Field field) throws SQLException {
    Optional<String> expression = expression(field);
    if (expression.isEmpty()) {
      return null;
    }
    RowReader reader = new RowReader(List.of(field));
    String one =
        "SELECT CAST("
            + expression.get()
            + " AS "
            + field.duckType()
            + ") AS "
            + Identifiers.quote(field.name());
    try (Statement statement = session.connection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT " + reader.selectList() + " FROM (" + one + ") AS defaults")) {
      row.next();
      return reader.read(row).get(0);
    }
  }
}
