package io.writeback.domo;

import io.writeback.domo.Condition.Literal;
import io.writeback.domo.Condition.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses a condition: {@code = <> != < <= > >=}, {@code [NOT] IN (…)}, {@code IS [NOT] NULL}, with
 * AND, OR, NOT and parentheses. Columns are plain words or in backticks, values are numbers or
 * texts in single quotes.
 */
final class ConditionParser {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<name>`(?:[^`]|``)+`)|(?<text>'(?:[^']|'')*')"
              + "|(?<number>[-+]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?(?![\\w.]))"
              + "|(?<word>[\\p{L}_][\\p{L}\\p{N}_]*)|(?<symbol><=|>=|<>|!=|[=<>(),]))");
  private static final Map<String, Operator> OPERATORS =
      Map.of(
          "=", Operator.EQUAL,
          "<>", Operator.NOT_EQUAL,
          "!=", Operator.NOT_EQUAL,
          "<", Operator.LESS,
          "<=", Operator.NOT_GREATER,
          ">", Operator.GREATER,
          ">=", Operator.NOT_LESS);
  private static final List<String> RESERVED =
      List.of("AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "BETWEEN");

  private final String source;
  private final Matcher matcher;
  private int at;
  private String token;
  private String kind;

  private ConditionParser(String source) {
    this.source = source;
    this.matcher = TOKEN.matcher(source);
    advance();
  }

  /**
   * Parses.
   *
   * @throws IllegalArgumentException in words that show where
   */
  static Condition parse(String text) {
    ConditionParser parser = new ConditionParser(text);
    Condition condition = parser.or();
    if (parser.token != null) {
      throw parser.expected("AND, OR or the end");
    }
    return condition;
  }

  private Condition or() {
    List<Condition> parts = new ArrayList<>(List.of(and()));
    while (takeWord("OR")) {
      parts.add(and());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.Or(parts);
  }

  private Condition and() {
    List<Condition> parts = new ArrayList<>(List.of(not()));
    while (takeWord("AND")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
  }

  private Condition not() {
    if (takeWord("NOT")) {
      return not().negated();
    }
    if (take("(")) {
      Condition inner = or();
      need(")");
      return inner;
    }
    return comparison();
  }

  private Condition comparison() {
    String column = column();
    if (takeWord("IS")) {
      boolean not = takeWord("NOT");
      if (!takeWord("NULL")) {
        throw expected("NULL");
      }
      return new Condition.IsNull(column, not);
    }
    boolean not = takeWord("NOT");
    if (takeWord("IN")) {
      List<Literal> values = new ArrayList<>();
      need("(");
      do {
        values.add(literal());
      } while (take(","));
      need(")");
      return new Condition.In(column, values, not);
    }
    Operator operator = not || token == null ? null : OPERATORS.get(token);
    if (operator == null) {
      throw expected(not ? "IN" : "a comparison, IN or IS");
    }
    advance();
    return new Condition.Compare(column, operator, literal());
  }

  private String column() {
    boolean quoted = "name".equals(kind);
    if (!quoted && (!"word".equals(kind) || RESERVED.contains(token.toUpperCase(Locale.ROOT)))) {
      throw expected("a column");
    }
    String name = quoted ? token.substring(1, token.length() - 1).replace("``", "`") : token;
    advance();
    return name;
  }

  private Literal literal() {
    boolean quoted = "text".equals(kind);
    if (!quoted && !"number".equals(kind)) {
      throw expected("a number or a text in single quotes (and IS NULL for no value)");
    }
    String text = quoted ? token.substring(1, token.length() - 1).replace("''", "'") : token;
    advance();
    return new Literal(text, quoted);
  }

  private boolean takeWord(String word) {
    return "word".equals(kind) && token.equalsIgnoreCase(word) && advance();
  }

  private boolean take(String symbol) {
    return "symbol".equals(kind) && token.equals(symbol) && advance();
  }

  private void need(String symbol) {
    if (!take(symbol)) {
      throw expected(symbol);
    }
  }

  private boolean advance() {
    token = null;
    kind = null;
    if (source.substring(at).isBlank()) {
      at = source.length();
      return true;
    }
    if (!matcher.region(at, source.length()).lookingAt()) {
      throw new IllegalArgumentException(
          "cannot be read from \"" + source.substring(at).strip() + "\" on");
    }
    for (String name : List.of("name", "text", "number", "word", "symbol")) {
      if (matcher.group(name) != null) {
        kind = name;
        token = matcher.group(name);
      }
    }
    at = matcher.end();
    return true;
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException(
        "expected "
            + what
            + ", found "
            + (token == null ? "the end" : "\"" + token + "\"")
            + " in \""
            + source.strip()
            + "\"");
  }
}
