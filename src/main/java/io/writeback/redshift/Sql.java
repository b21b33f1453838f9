package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.Collection;
import java.util.Collections;
import java.util.stream.Collectors;

/** How names and the few values that cannot be bound get into SQL text. */
final class Sql {
  private Sql() {}

  /** The only place that quotes an identifier. */
  static String identifier(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an identifier is not empty and holds no NUL");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String table(Target target) {
    return table(target.namespace(), target.table());
  }

  /** The full name, in the form in which Redshift keeps it. */
  static String table(String schema, String table) {
    return identifier(ColumnNames.fold(schema)) + "." + identifier(ColumnNames.fold(table));
  }

  static String columns(Collection<String> names) {
    return names.stream().map(Sql::identifier).collect(Collectors.joining(", "));
  }

  /** Placeholders for so many rows of so many values. */
  static String values(int rows, int values) {
    String row = "(" + String.join(", ", Collections.nCopies(values, "?")) + ")";
    return "VALUES " + String.join(", ", Collections.nCopies(rows, row));
  }

  /**
   * A string literal, for COPY, whose options cannot be bound. Redshift reads backslashes in
   * literals as escapes and PostgreSQL does not, so a value with one has no text that means the
   * same to both, and is refused.
   */
  static String literal(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' || c < ' ' || c == 0x7f) {
        throw new IllegalArgumentException(
            "a value in a COPY statement holds a backslash or a control character");
      }
    }
    return "'" + value.replace("'", "''") + "'";
  }
}
