package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.sql.Query.Aggregate;
import io.writeback.standin.domo.sql.Query.All;
import io.writeback.standin.domo.sql.Query.Function;
import io.writeback.standin.domo.sql.Query.Item;
import io.writeback.standin.domo.sql.Query.Named;
import io.writeback.standin.domo.sql.Query.OrderBy;
import io.writeback.standin.domo.sql.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses the subset of SQL that clients of the query API are known to use: one table, whose name
 * does not matter (tap-domo), no joins (developer portal, Data API), no grouping.
 */
final class Parser {
  private final List<Token> tokens;
  private int at;

  private Parser(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Query parse(String sql) throws SqlException {
    Parser parser = new Parser(Lexer.split(sql));
    Query query = parser.query();
    if (parser.peek().kind() != Kind.END) {
      throw new SqlException("unexpected " + parser.peek());
    }
    return query;
  }

  private Query query() throws SqlException {
    word("SELECT");
    List<Item> items = new ArrayList<>();
    do {
      items.add(item());
    } while (takeSymbol(","));
    checkMix(items);
    word("FROM");
    name();
    Optional<Condition> where =
        takeWord("WHERE") ? Optional.of(new WhereParser(this).either()) : Optional.empty();
    List<OrderBy> orderBy = new ArrayList<>();
    if (takeWord("ORDER")) {
      word("BY");
      do {
        String column = name();
        boolean descending = takeWord("DESC");
        if (!descending) {
          takeWord("ASC");
        }
        orderBy.add(new OrderBy(column, descending));
      } while (takeSymbol(","));
    }
    long limit = takeWord("LIMIT") ? whole() : -1;
    long offset = limit >= 0 && takeWord("OFFSET") ? whole() : 0;
    return new Query(items, where, orderBy, limit, offset);
  }

  private static void checkMix(List<Item> items) throws SqlException {
    long aggregates = items.stream().filter(Aggregate.class::isInstance).count();
    if (aggregates > 0 && aggregates < items.size()) {
      throw new SqlException("columns beside aggregates need GROUP BY, which is not supported");
    }
  }

  private Item item() throws SqlException {
    if (takeSymbol("*")) {
      return new All();
    }
    Token first = peek();
    if (first.kind() == Kind.WORD && tokens.get(at + 1).isSymbol("(")) {
      return aggregate();
    }
    String column = name();
    return new Named(column, label(column));
  }

  private Item aggregate() throws SqlException {
    String text = next().text().toUpperCase(Locale.ROOT);
    Function function =
        Arrays.stream(Function.values())
            .filter(f -> f.name().equals(text))
            .findFirst()
            .orElseThrow(() -> new SqlException("unknown function " + text));
    symbol("(");
    boolean distinct = takeWord("DISTINCT");
    String column = null;
    if (function != Function.COUNT || distinct || !takeSymbol("*")) {
      column = name();
    }
    symbol(")");
    if (distinct && function != Function.COUNT) {
      throw new SqlException("DISTINCT is for COUNT only");
    }
    String shown =
        text + "(" + (distinct ? "DISTINCT " : "") + (column == null ? "*" : column) + ")";
    return new Aggregate(function, distinct, column, label(shown));
  }

  private String label(String otherwise) throws SqlException {
    return takeWord("AS") ? name() : otherwise;
  }

  private long whole() throws SqlException {
    Token token = next();
    if (token.kind() == Kind.NUMBER && token.text().chars().allMatch(Character::isDigit)) {
      return Long.parseLong(token.text());
    }
    throw new SqlException("expected a whole number, found " + token);
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Kind.END) {
      at++;
    }
    return token;
  }

  boolean takeWord(String word) {
    boolean taken = peek().isWord(word);
    at += taken ? 1 : 0;
    return taken;
  }

  boolean takeSymbol(String symbol) {
    boolean taken = peek().isSymbol(symbol);
    at += taken ? 1 : 0;
    return taken;
  }

  void word(String word) throws SqlException {
    if (!takeWord(word)) {
      throw new SqlException("expected " + word + ", found " + peek());
    }
  }

  void symbol(String symbol) throws SqlException {
    if (!takeSymbol(symbol)) {
      throw new SqlException("expected " + symbol + ", found " + peek());
    }
  }

  String name() throws SqlException {
    Token token = next();
    if (token.kind() == Kind.WORD || token.kind() == Kind.NAME) {
      return token.text();
    }
    throw new SqlException("expected a name, found " + token);
  }

  String literal() throws SqlException {
    Token token = next();
    if (token.kind() == Kind.STRING || token.kind() == Kind.NUMBER) {
      return token.text();
    }
    throw new SqlException("expected a value, found " + token);
  }
}
