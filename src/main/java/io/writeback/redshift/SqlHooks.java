package io.writeback.redshift;

import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Statements of the user around a load, in its transaction: they take effect with the rows or not
 * at all, and once. {@code {table}} stands for the table that is loaded.
 */
record SqlHooks(List<String> before, List<String> after) {
  static final SqlHooks NONE = new SqlHooks(List.of(), List.of());

  /** What would end the transaction, or cannot run in one (Developer Guide, "BEGIN"). */
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?is)^\\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|TRUNCATE|VACUUM|LOCK|COPY|UNLOAD"
              + "|CREATE\\s+(DATABASE|EXTERNAL)|DROP\\s+DATABASE|ALTER\\s+TABLE\\s+\\S+\\s+APPEND)\\b.*");

  SqlHooks {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Statements of a text, which a semicolon at the end of a line separates. */
  static List<String> statements(String text) {
    List<String> statements = new ArrayList<>();
    for (String one : text.split(";\\s*(\\n|$)", -1)) {
      if (!one.isBlank()) {
        statements.add(one.trim());
      }
    }
    return statements;
  }

  /** The first word of a statement that cannot be a hook. */
  static Optional<String> refused(String text) {
    return statements(text).stream()
        .filter(statement -> REFUSED.matcher(statement).matches())
        .map(statement -> statement.split("\\s+", 2)[0].toUpperCase(Locale.ROOT))
        .findFirst();
  }

  void before(Session session, Target target) throws SQLException {
    run(session, before, target);
  }

  void after(Session session, Target target) throws SQLException {
    run(session, after, target);
  }

  private static void run(Session session, List<String> statements, Target target)
      throws SQLException {
    for (String statement : statements) {
      session.execute(statement.replace("{table}", Sql.table(target)));
    }
  }
}
