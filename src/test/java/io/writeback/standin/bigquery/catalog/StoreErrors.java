package io.writeback.standin.bigquery.catalog;

import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DuckDB's errors in the words of the service, as far as the words matter to clients. */
final class StoreErrors {
  private static final Pattern NOT_NULL =
      Pattern.compile("NOT NULL constraint failed: (?:\\w+\\.)?(.+)");

  /** The table was replaced after the transaction's snapshot. */
  private static final Pattern REPLACED = Pattern.compile("Table with name t\\d+ does not exist");

  private StoreErrors() {}

  static ApiException translate(SQLException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf("\n\n");
    String first = (end < 0 ? message : message.substring(0, end)).strip();
    Matcher notNull = NOT_NULL.matcher(first);
    if (notNull.find()) {
      return ApiException.invalidQuery(
          "Required field " + notNull.group(1).strip() + " cannot be null");
    }
    if (first.contains("onflict") || REPLACED.matcher(first).find()) {
      return ApiException.invalidQuery(
          "Transaction is aborted due to concurrent update: could not serialize access due to"
              + " concurrent update ("
              + first
              + ")");
    }
    if (first.startsWith("INTERRUPT")) {
      return new ApiException(
          499, "stopped", "Job execution was cancelled: User requested cancellation");
    }
    return ApiException.invalidQuery(first);
  }
}
