package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Renders GoogleSQL tokens in DuckDB's dialect, one token or one construct after the other. What
 * has a shape of its own has a class: {@link SelectLists}, {@link TableReferences}, {@link
 * FunctionCalls}, {@link SpecialForms}.
 */
final class Renderer {
  private static final Token NONE = new Token(Token.Kind.SYMBOL, "", -1, -1);

  private final Scope scope;
  private final Set<StoredTable> tables;
  private final Set<String> commonTables;
  private final boolean pseudoColumns;
  private int[] positional = {0};

  private Renderer(
      Scope scope, Set<StoredTable> tables, Set<String> commonTables, boolean pseudoColumns) {
    this.scope = scope;
    this.tables = tables;
    this.commonTables = commonTables;
    this.pseudoColumns = pseudoColumns;
  }

  /** A renderer for one statement. */
  static Renderer of(Scope scope, List<Token> statement) {
    boolean pseudo =
        statement.stream().anyMatch(t -> t.isName() && PseudoColumns.mentions(t.text()));
    return new Renderer(scope, new LinkedHashSet<>(), CommonTables.names(statement), pseudo);
  }

  /** A renderer for a view inside of this statement, which reads the same tables. */
  Renderer forView(List<Token> query) {
    return new Renderer(scope, tables, CommonTables.names(query), pseudoColumns);
  }

  Scope scope() {
    return scope;
  }

  /** Tables that were met, views' tables too. */
  Set<StoredTable> tables() {
    return tables;
  }

  boolean isCommonTable(String name) {
    return commonTables.contains(name.toLowerCase(java.util.Locale.ROOT));
  }

  /** Whether the statement names _PARTITIONTIME or _PARTITIONDATE. */
  boolean pseudoColumns() {
    return pseudoColumns;
  }

  String render(List<Token> part) {
    TokenCursor in = new TokenCursor("", part);
    StringBuilder out = new StringBuilder();
    boolean fromClause = false;
    Token before = NONE;
    while (!in.atEnd()) {
      Token token = in.peek();
      if (token.is("SELECT")) {
        fromClause = false;
        append(out, before, token, SelectLists.render(this, in));
      } else if (startsTables(before, token)) {
        in.next();
        append(out, before, token, token.upper() + " " + TableReferences.render(this, in));
        fromClause = true;
      } else if (fromClause && token.is(",")) {
        in.next();
        append(out, before, token, ", " + TableReferences.render(this, in));
      } else {
        fromClause &=
            !token.isAny("WHERE", "GROUP", "HAVING", "ORDER", "QUALIFY", "LIMIT", "WINDOW");
        append(out, before, token, one(in, before));
      }
      before = in.peek(-1);
    }
    return out.toString();
  }

  private static boolean startsTables(Token before, Token token) {
    return token.isAny("FROM", "JOIN") && !before.is("DISTINCT");
  }

  private static void append(StringBuilder out, Token before, Token token, String text) {
    boolean glued =
        out.length() == 0
            || before.is(".")
            || token.is(".")
            || (before.is(">") && token.is(">") && before.end() == token.start());
    out.append(glued ? "" : " ").append(text);
  }

  /** Renders one token, or the construct that it begins, and steps over it. */
  private String one(TokenCursor in, Token before) {
    Token token = in.peek();
    switch (token.kind()) {
      case STRING:
        in.next();
        return Identifiers.text(token.text());
      case BYTES:
        in.next();
        return "from_hex('" + token.text() + "')";
      case NUMBER:
        in.next();
        return number(token.text());
      case PARAMETER:
        in.next();
        return scope.parameter(token.text());
      case SYSTEM_VARIABLE:
        in.next();
        return scope.systemVariable(token.text());
      case SYMBOL:
        return symbol(in, token);
      case QUOTED:
        in.next();
        return Identifiers.quote(token.text());
      default:
        return word(in, before, token);
    }
  }

  private String symbol(TokenCursor in, Token token) {
    if (token.is("?")) {
      in.next();
      return scope.positional(positional[0]++);
    }
    if (token.is("(")) {
      return "(" + render(in.parenthesized()) + ")";
    }
    if (token.is("[")) {
      return SpecialForms.brackets(this, in);
    }
    in.next();
    return token.text();
  }

  private String word(TokenCursor in, Token before, Token token) {
    String special = SpecialForms.render(this, in, before);
    if (special != null) {
      return special;
    }
    if (in.peek(1).is("(") && !Keywords.reserved(token.text())) {
      return before.is(".") ? call(in, token.text()) : FunctionCalls.render(this, in);
    }
    in.next();
    if (Keywords.keyword(before, token, in.peek())) {
      return token.upper();
    }
    if (!before.is(".") && !in.peek().is(".") || scope.variable(token.text()).isPresent()) {
      var variable =
          before.is(".") ? java.util.Optional.<Scope.Value>empty() : scope.variable(token.text());
      if (variable.isPresent()) {
        return variable.get().literal();
      }
    }
    return PseudoColumns.render(token.text());
  }

  private String call(TokenCursor in, String name) {
    in.next();
    return name + "(" + render(in.parenthesized()) + ")";
  }

  /** The parts between commas, each rendered. */
  List<String> list(List<Token> inside) {
    List<String> rendered = new ArrayList<>();
    for (List<Token> part : split(inside)) {
      rendered.add(render(part));
    }
    return rendered;
  }

  /** The parts between commas at this depth. */
  static List<List<Token>> split(List<Token> tokens) {
    List<List<Token>> parts = new ArrayList<>();
    TokenCursor in = new TokenCursor("", tokens);
    if (in.atEnd()) {
      return parts;
    }
    do {
      parts.add(in.until(","));
    } while (in.take(","));
    return parts;
  }

  /** 1.5 is FLOAT64 in GoogleSQL and a decimal in DuckDB. */
  private static String number(String text) {
    boolean floating = text.indexOf('.') >= 0;
    boolean exponent = text.indexOf('e') >= 0 || text.indexOf('E') >= 0;
    return floating && !exponent ? text + "e0" : text;
  }
}
