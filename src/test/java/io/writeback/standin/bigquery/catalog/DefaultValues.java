package io.writeback.standin.bigquery.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** The default of a column, if it is one that DuckDB reads the same way. */
final class DefaultValues {
  private DefaultValues() {}

  static String clause(Field field) {
    JsonNode expression = field.extras().path("defaultValueExpression");
    if (!expression.isTextual()) {
      return "";
    }
    String text = expression.asText().strip();
    return " DEFAULT "
        + switch (text.toUpperCase(Locale.ROOT)) {
          case "CURRENT_TIMESTAMP()", "CURRENT_TIMESTAMP" -> "now()";
          case "CURRENT_DATE()", "CURRENT_DATE" -> "current_date";
          case "GENERATE_UUID()" -> "CAST(uuid() AS VARCHAR)";
          default -> text;
        };
  }
}
