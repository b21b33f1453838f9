package io.writeback.standin.redshift;

import java.util.Locale;

/**
 * A word of a statement.
 *
 * @param start offset of its first character in the statement
 * @param end offset after its last character
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    PARAMETER,
    SYMBOL
  }

  /** Whether this is the unquoted keyword. */
  boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean symbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** The name that an identifier stands for. */
  String name() {
    return kind == Kind.QUOTED
        ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
        : text.toLowerCase(Locale.ROOT);
  }

  /** The value of a string literal, without escapes of the backslash. */
  String literal() {
    String inner = text.substring(text.indexOf('\'') + 1, text.length() - 1);
    StringBuilder value = new StringBuilder(inner.length());
    for (int i = 0; i < inner.length(); i++) {
      char c = inner.charAt(i);
      // Redshift, like PostgreSQL 8.0, reads a backslash in a plain literal as an escape.
      if ((c == '\'' || c == '\\') && i + 1 < inner.length() && c == inner.charAt(i + 1)) {
        i++;
      } else if (c == '\\' && i + 1 < inner.length() && inner.charAt(i + 1) == '\'') {
        c = '\'';
        i++;
      }
      value.append(c);
    }
    return value.toString();
  }
}
