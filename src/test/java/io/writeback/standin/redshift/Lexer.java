package io.writeback.standin.redshift;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits SQL into tokens without spaces and comments. Literals follow PostgreSQL 8.0: a backslash
 * escapes inside plain quotes.
 */
final class Lexer {
  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String sql) {
    this.sql = sql;
  }

  static List<Token> tokens(String sql) {
    Lexer lexer = new Lexer(sql);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end + 1;
      } else if (sql.startsWith("/*", at)) {
        skipComment();
      } else {
        add(c);
      }
    }
  }

  private void skipComment() {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else if (++at >= sql.length()) {
        throw new SqlFailure("42601", "unterminated /* comment");
      }
    } while (depth > 0);
  }

  private void add(char c) {
    int start = at;
    Token.Kind kind = Token.Kind.SYMBOL;
    if (c == '\'') {
      kind = quoted('\'', "string");
    } else if (c == '"') {
      kind = quoted('"', "identifier");
    } else if (Character.isDigit(c) || (c == '.' && digitAt(at + 1))) {
      kind = Token.Kind.NUMBER;
      while (at < sql.length() && (wordPart(sql.charAt(at)) || sql.charAt(at) == '.')) {
        at++;
      }
    } else if (wordStart(c)) {
      kind = Token.Kind.WORD;
      while (at < sql.length() && wordPart(sql.charAt(at))) {
        at++;
      }
    } else if (c == '$' && digitAt(at + 1)) {
      kind = Token.Kind.PARAMETER;
      at++;
      while (digitAt(at)) {
        at++;
      }
    } else if (c == '$') {
      kind = dollarQuoted();
    } else {
      at += sql.startsWith("::", at) ? 2 : 1;
    }
    tokens.add(new Token(kind, sql.substring(start, at), start, at));
  }

  private Token.Kind quoted(char quote, String what) {
    int start = at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c == '\\' && quote == '\'') {
        at++;
      } else if (c == quote) {
        if (at < sql.length() && sql.charAt(at) == quote) {
          at++;
        } else {
          return quote == '"' ? Token.Kind.QUOTED : Token.Kind.STRING;
        }
      }
    }
    throw new SqlFailure(
        "42601", "unterminated quoted %s at or near \"%s\"".formatted(what, sql.substring(start)));
  }

  private Token.Kind dollarQuoted() {
    int tagEnd = sql.indexOf('$', at + 1);
    int end = tagEnd < 0 ? -1 : sql.indexOf(sql.substring(at, tagEnd + 1), tagEnd + 1);
    if (end < 0) {
      at++;
      return Token.Kind.SYMBOL;
    }
    at = end + tagEnd + 1 - at;
    return Token.Kind.STRING;
  }

  private boolean digitAt(int index) {
    return index < sql.length() && Character.isDigit(sql.charAt(index));
  }

  private static boolean wordStart(char c) {
    return Character.isLetter(c) || c == '_' || c == '#' || Character.isSurrogate(c);
  }

  private static boolean wordPart(char c) {
    return wordStart(c) || Character.isDigit(c) || c == '$';
  }
}
