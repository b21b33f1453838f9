package io.writeback.standin.bigquery.sql;

import java.util.List;
import java.util.Locale;

/** Parts of dates and times. */
final class DateParts {
  private DateParts() {}

  /** As in DuckDB's {@code to_days}. */
  static String plural(String part) {
    String lower = part.toLowerCase(Locale.ROOT);
    return lower.endsWith("s") ? lower : lower + "s";
  }

  /** As a text for date_trunc and date_diff; weeks begin on Sunday in GoogleSQL. */
  static String text(List<Token> part) {
    String name = part.get(0).upper();
    return switch (name) {
      case "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY" ->
          "'" + name.toLowerCase(Locale.ROOT) + "'";
      case "MONTH", "QUARTER", "YEAR", "ISOYEAR" -> "'" + name.toLowerCase(Locale.ROOT) + "'";
      case "ISOWEEK" -> "'week'";
      case "WEEK" -> throw SqlErrors.unsupported("The date part WEEK");
      default ->
          throw io.writeback.standin.bigquery.catalog.ApiException.invalidQuery(
              "A valid date part name is required but found " + name);
    };
  }
}
