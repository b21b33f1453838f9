package io.writeback.standin.redshift;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Walks over the tokens of one statement. */
final class SqlCursor {
  private final String sql;
  private final List<Token> tokens;
  private int at;

  SqlCursor(String sql, List<Token> tokens) {
    this.sql = sql;
    this.tokens = tokens;
  }

  boolean atEnd() {
    return at >= tokens.size();
  }

  Token peek() {
    return peek(0);
  }

  /** The token so many places ahead; an empty symbol past the end. */
  Token peek(int ahead) {
    int index = at + ahead;
    return index < tokens.size()
        ? tokens.get(index)
        : new Token(Token.Kind.SYMBOL, "", sql.length(), sql.length());
  }

  Token next() {
    Token token = peek();
    if (atEnd()) {
      throw new SqlFailure("42601", "syntax error at end of input");
    }
    at++;
    return token;
  }

  /** Whether these keywords come next. */
  boolean sees(String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!peek(i).is(keywords[i])) {
        return false;
      }
    }
    return true;
  }

  /** Consumes these keywords if they come next. */
  boolean accept(String... keywords) {
    boolean seen = sees(keywords);
    at += seen ? keywords.length : 0;
    return seen;
  }

  boolean acceptSymbol(String symbol) {
    boolean seen = peek().symbol(symbol);
    at += seen ? 1 : 0;
    return seen;
  }

  void expect(String... keywords) {
    if (!accept(keywords)) {
      throw unexpected();
    }
  }

  void expectSymbol(String symbol) {
    if (!acceptSymbol(symbol)) {
      throw unexpected();
    }
  }

  Token expectName() {
    if (!peek().isName()) {
      throw unexpected();
    }
    return next();
  }

  String expectLiteral() {
    if (peek().kind() != Token.Kind.STRING) {
      throw unexpected();
    }
    return next().literal();
  }

  int expectNumber() {
    if (peek().kind() != Token.Kind.NUMBER) {
      throw unexpected();
    }
    try {
      return Integer.parseInt(next().text());
    } catch (NumberFormatException e) {
      throw unexpected();
    }
  }

  /** One of the words, in lower case; refused otherwise. */
  String expectOneOf(Set<String> words, String what) {
    String word = expectName().name();
    if (!words.contains(word)) {
      throw new SqlFailure(
          "42601", "%s \"%s\" is not one of %s".formatted(what, word, new TreeSet<>(words)));
    }
    return word;
  }

  /** A possibly qualified name, as the text that names it. */
  String expectQualifiedName() {
    int start = expectName().start();
    while (acceptSymbol(".")) {
      expectName();
    }
    return textFrom(start);
  }

  /** Skips a balanced group in parentheses, or a token, and returns its text. */
  String skipGroup() {
    int start = peek().start();
    int depth = 0;
    do {
      Token token = next();
      depth += token.symbol("(") ? 1 : token.symbol(")") ? -1 : 0;
    } while (depth > 0);
    return textFrom(start);
  }

  /** The text from an offset to the end of the token read last. */
  String textFrom(int start) {
    return at == 0 ? "" : sql.substring(start, tokens.get(at - 1).end());
  }

  /** Everything not read yet. */
  String rest() {
    return atEnd() ? "" : sql.substring(peek().start(), tokens.get(tokens.size() - 1).end());
  }

  SqlFailure unexpected() {
    return atEnd()
        ? new SqlFailure("42601", "syntax error at end of input")
        : SqlFailure.syntax(peek().text());
  }
}
