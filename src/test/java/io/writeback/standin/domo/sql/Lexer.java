package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Splits a statement: backticks around names, single quotes around strings (360043436093). */
final class Lexer {
  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String sql) {
    this.sql = sql;
  }

  static List<Token> split(String sql) throws SqlException {
    Lexer lexer = new Lexer(sql);
    while (lexer.at < sql.length()) {
      lexer.next();
    }
    lexer.tokens.add(new Token(Kind.END, ""));
    return lexer.tokens;
  }

  private void next() throws SqlException {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == '`') {
      tokens.add(new Token(Kind.NAME, quoted('`')));
    } else if (c == '\'') {
      tokens.add(new Token(Kind.STRING, quoted('\'')));
    } else if (isNumberStart(c)) {
      int from = at++;
      while (at < sql.length() && isNumberPart(sql.charAt(at), sql.charAt(at - 1))) {
        at++;
      }
      tokens.add(new Token(Kind.NUMBER, sql.substring(from, at)));
    } else if (Character.isLetter(c) || c == '_') {
      int from = at++;
      while (at < sql.length() && isWordPart(sql.charAt(at))) {
        at++;
      }
      tokens.add(new Token(Kind.WORD, sql.substring(from, at)));
    } else {
      tokens.add(new Token(Kind.SYMBOL, symbol(c)));
    }
  }

  private boolean isNumberStart(char c) {
    boolean digitNext = at + 1 < sql.length() && Character.isDigit(sql.charAt(at + 1));
    return Character.isDigit(c) || ((c == '.' || c == '-') && digitNext);
  }

  private static boolean isNumberPart(char c, char before) {
    return Character.isDigit(c)
        || c == '.'
        || c == 'e'
        || c == 'E'
        || ((c == '-' || c == '+') && (before == 'e' || before == 'E'));
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-';
  }

  /** Text in quotes; a doubled quote is one of the text. */
  private String quoted(char quote) throws SqlException {
    StringBuilder text = new StringBuilder();
    for (at++; at < sql.length(); at++) {
      char c = sql.charAt(at);
      if (c != quote) {
        text.append(c);
      } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
        text.append(c);
        at++;
      } else {
        at++;
        return text.toString();
      }
    }
    throw new SqlException("unclosed " + quote);
  }

  private String symbol(char c) throws SqlException {
    for (String two : new String[] {"<=", ">=", "<>", "!="}) {
      if (sql.startsWith(two, at)) {
        at += 2;
        return two;
      }
    }
    if ("(),*=<>".indexOf(c) < 0) {
      throw new SqlException("unexpected character " + c);
    }
    at++;
    return String.valueOf(c);
  }
}
