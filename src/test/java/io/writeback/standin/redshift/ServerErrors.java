package io.writeback.standin.redshift;

import java.util.HashMap;
import java.util.Map;

/** Turns errors of PostgreSQL into those of Redshift. */
final class ServerErrors {
  private final RedshiftSettings.Isolation isolation;

  ServerErrors(RedshiftSettings.Isolation isolation) {
    this.isolation = isolation;
  }

  /** The error that an ErrorResponse stands for. */
  SqlFailure failure(Message error) {
    Map<Character, String> fields = new HashMap<>();
    Message.Cursor cursor = error.cursor();
    for (char field = cursor.character(); field != 0; field = cursor.character()) {
      fields.put(field, cursor.text());
    }
    String state = fields.getOrDefault('C', "XX000");
    String message = fields.getOrDefault('M', "");
    String detail = fields.getOrDefault('D', "");
    return switch (state) {
      case "40001" -> conflict(detail);
      case "42501" ->
          new SqlFailure(
              state,
              message.replaceFirst(
                  "permission denied for table", "permission denied for relation"));
      case "57014" ->
          message.contains("statement timeout")
              ? new SqlFailure(state, message)
              : new SqlFailure(state, "Query cancelled on user's request");
      default -> new SqlFailure(state, message, detail);
    };
  }

  private SqlFailure conflict(String detail) {
    if (isolation == RedshiftSettings.Isolation.SERIALIZABLE) {
      return new SqlFailure(
          "XX000",
          "1023",
          "Serializable isolation violation on table - 100167, transactions forming the cycle are:"
              + " 55705701, 55705754 (pid:16606)");
    }
    return new SqlFailure(
        "XX000", "could not complete because of conflict with concurrent transaction", detail);
  }

  /** The same answer in Redshift's words, with the same severity. */
  Message translate(Message error) {
    Message.Cursor cursor = error.cursor();
    String severity = cursor.character() == 'S' ? cursor.text() : "ERROR";
    return failure(error).toMessage(severity);
  }
}
