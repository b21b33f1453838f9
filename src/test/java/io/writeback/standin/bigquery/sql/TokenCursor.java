package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import java.util.List;

/** A place in a list of tokens. */
final class TokenCursor {
  private final String sql;
  private final List<Token> tokens;
  private int at;

  TokenCursor(String sql, List<Token> tokens) {
    this.sql = sql;
    this.tokens = tokens;
  }

  /** Tokens of a part of a statement, closed by an END. */
  static List<Token> slice(List<Token> tokens, int from, int to) {
    List<Token> part = new java.util.ArrayList<>(tokens.subList(from, to));
    int end = part.isEmpty() ? 0 : part.get(part.size() - 1).end();
    part.add(new Token(Token.Kind.END, "", end, end));
    return part;
  }

  String sql() {
    return sql;
  }

  List<Token> tokens() {
    return tokens;
  }

  int position() {
    return at;
  }

  void moveTo(int position) {
    at = position;
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int ahead) {
    return tokens.get(Math.max(0, Math.min(at + ahead, tokens.size() - 1)));
  }

  Token next() {
    Token token = peek();
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  /** Whether the next tokens are these keywords or symbols. */
  boolean sees(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!peek(i).is(words[i])) {
        return false;
      }
    }
    return true;
  }

  /** Steps over these keywords or symbols if they are next. */
  boolean take(String... words) {
    if (!sees(words)) {
      return false;
    }
    for (int i = 0; i < words.length; i++) {
      next();
    }
    return true;
  }

  void expect(String... words) {
    if (!take(words)) {
      throw error("Expected " + String.join(" ", words) + " but got " + describe());
    }
  }

  String name() {
    if (!peek().isName()) {
      throw error("Expected identifier but got " + describe());
    }
    return next().text();
  }

  /** The tokens up to one of these at this depth of parentheses, or the end; moves there. */
  List<Token> until(String... stops) {
    int from = at;
    int depth = 0;
    while (!atEnd() && !(depth == 0 && peek().isAny(stops))) {
      Token token = next();
      if (token.isAny("(", "[")) {
        depth++;
      } else if (token.isAny(")", "]")) {
        depth--;
        if (depth < 0) {
          at--;
          break;
        }
      }
    }
    return slice(tokens, from, at);
  }

  /** The tokens inside the parentheses that open here; moves behind them. */
  List<Token> parenthesized() {
    expect("(");
    List<Token> inside = until(")");
    expect(")");
    return inside;
  }

  String describe() {
    return atEnd()
        ? "end of statement"
        : peek().isName() && peek().kind() == Token.Kind.WORD
            ? "identifier \"" + peek().text() + "\""
            : "\"" + peek().text() + "\"";
  }

  ApiException error(String what) {
    return SqlErrors.syntax(sql, peek().start(), what);
  }
}
