package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Splits GoogleSQL into tokens (documentation page "Lexical structure and syntax"). */
final class Lexer {
  private static final String[] SYMBOLS = {"<=", ">=", "<>", "!=", "||", "=>", "<<"};

  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String sql) {
    this.sql = sql;
  }

  /** The tokens, with an END at last. */
  static List<Token> tokens(String sql) {
    return new Lexer(sql).run();
  }

  private List<Token> run() {
    while (skipSpace()) {
      int start = at;
      char c = sql.charAt(at);
      if (c == '`') {
        quotedName();
      } else if (StringLiteral.startsAt(sql, at)) {
        StringLiteral literal = StringLiteral.read(sql, at);
        at = literal.end();
        Token.Kind kind = literal.bytes() ? Token.Kind.BYTES : Token.Kind.STRING;
        tokens.add(new Token(kind, literal.value(), start, at));
      } else if (Character.isLetter(c) || c == '_') {
        word(Token.Kind.WORD, start);
      } else if (Character.isDigit(c)
          || (c == '.' && at + 1 < sql.length() && Character.isDigit(sql.charAt(at + 1)))) {
        number();
      } else if (c == '@') {
        at++;
        boolean system = at < sql.length() && sql.charAt(at) == '@';
        at += system ? 1 : 0;
        systemOrParameter(system);
      } else {
        symbol();
      }
    }
    tokens.add(new Token(Token.Kind.END, "", sql.length(), sql.length()));
    return tokens;
  }

  private void systemOrParameter(boolean system) {
    int from = at;
    while (at < sql.length() && (isNamePart(sql.charAt(at)) || (system && sql.charAt(at) == '.'))) {
      at++;
    }
    Token.Kind kind = system ? Token.Kind.SYSTEM_VARIABLE : Token.Kind.PARAMETER;
    tokens.add(new Token(kind, sql.substring(from, at), from - 1, at));
  }

  private boolean skipSpace() {
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '#' || sql.startsWith("--", at)) {
        int end = sql.indexOf('\n', at);
        at = end < 0 ? sql.length() : end;
      } else if (sql.startsWith("/*", at)) {
        int end = sql.indexOf("*/", at + 2);
        if (end < 0) {
          throw error("Unclosed comment", at);
        }
        at = end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  private void quotedName() {
    int end = sql.indexOf('`', at + 1);
    if (end < 0) {
      throw error("Unclosed identifier literal", at);
    }
    tokens.add(new Token(Token.Kind.QUOTED, sql.substring(at + 1, end), at, end + 1));
    at = end + 1;
  }

  private void word(Token.Kind kind, int start) {
    while (at < sql.length() && isNamePart(sql.charAt(at))) {
      at++;
    }
    tokens.add(new Token(kind, sql.substring(start, at), start, at));
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private void number() {
    int start = at;
    if (sql.startsWith("0x", at) || sql.startsWith("0X", at)) {
      at += 2;
      while (at < sql.length() && Character.digit(sql.charAt(at), 16) >= 0) {
        at++;
      }
      String value = Long.toString(Long.parseLong(sql.substring(start + 2, at), 16));
      tokens.add(new Token(Token.Kind.NUMBER, value, start, at));
      return;
    }
    digits();
    if (at < sql.length() && sql.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < sql.length() && (sql.charAt(at) == 'e' || sql.charAt(at) == 'E')) {
      at++;
      if (at < sql.length() && (sql.charAt(at) == '+' || sql.charAt(at) == '-')) {
        at++;
      }
      digits();
    }
    tokens.add(new Token(Token.Kind.NUMBER, sql.substring(start, at), start, at));
  }

  private void digits() {
    while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
      at++;
    }
  }

  private void symbol() {
    for (String symbol : SYMBOLS) {
      if (sql.startsWith(symbol, at)) {
        tokens.add(new Token(Token.Kind.SYMBOL, symbol, at, at + symbol.length()));
        at += symbol.length();
        return;
      }
    }
    char c = sql.charAt(at);
    if ("()[]{},.;+-*/%=<>!?:&|^~".indexOf(c) < 0) {
      throw error("Illegal input character \"" + c + "\"", at);
    }
    tokens.add(new Token(Token.Kind.SYMBOL, String.valueOf(c), at, at + 1));
    at++;
  }

  private ApiException error(String what, int position) {
    return SqlErrors.syntax(sql, position, what);
  }
}
