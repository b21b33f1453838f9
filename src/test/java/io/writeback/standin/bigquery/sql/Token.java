package io.writeback.standin.bigquery.sql;

import java.util.Locale;

/**
 * One token of GoogleSQL.
 *
 * @param text as written; of a quoted identifier, parameter or literal the value
 * @param start position of its first character
 * @param end position after its last
 */
record Token(Kind kind, String text, int start, int end) {
  /** What a token is. */
  enum Kind {
    WORD,
    /** In backticks: may hold a whole path. */
    QUOTED,
    NUMBER,
    STRING,
    /** As hexadecimal digits. */
    BYTES,
    PARAMETER,
    SYSTEM_VARIABLE,
    SYMBOL,
    END
  }

  /** Whether it is this keyword or symbol. */
  boolean is(String what) {
    return (kind == Kind.WORD || kind == Kind.SYMBOL || kind == Kind.END)
        && text.equalsIgnoreCase(what);
  }

  boolean isAny(String... what) {
    for (String one : what) {
      if (is(one)) {
        return true;
      }
    }
    return false;
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }
}
