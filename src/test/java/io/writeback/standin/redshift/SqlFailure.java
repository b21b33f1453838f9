package io.writeback.standin.redshift;

/** An ERROR or FATAL answer in the words of Redshift. */
final class SqlFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;
  private final String detail;

  SqlFailure(String sqlState, String message) {
    this(sqlState, message, "");
  }

  SqlFailure(String sqlState, String message, String detail) {
    super(message, null, false, false);
    this.sqlState = sqlState;
    this.detail = detail;
  }

  static SqlFailure syntax(String near) {
    return new SqlFailure("42601", "syntax error at or near \"" + near + "\"");
  }

  static SqlFailure unsupported(String what) {
    return new SqlFailure("0A000", what);
  }

  /** What the cluster reports as an internal error carries XX000 and a block of detail. */
  static SqlFailure internal(String message, int code, String context, long query) {
    return new SqlFailure("XX000", message, block(message, code, context, query));
  }

  private static String block(String message, int code, String context, long query) {
    String line = "-----------------------------------------------";
    return "\n  %s\n  error:  %s\n  code:      %d\n  context:   %s\n  query:     %d\n  %s\n"
        .formatted(line, message, code, context, query, line);
  }

  String sqlState() {
    return sqlState;
  }

  String detail() {
    return detail;
  }

  Message toMessage(String severity) {
    Message.Builder body =
        new Message.Builder()
            .character('S')
            .text(severity)
            .character('C')
            .text(sqlState)
            .character('M')
            .text(getMessage());
    if (!detail.isEmpty()) {
      body.character('D').text(detail);
    }
    return body.character('\0').build('E');
  }
}
