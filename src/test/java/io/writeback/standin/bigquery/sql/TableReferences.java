package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What stands in a FROM clause: tables, views, subqueries, UNNEST, INFORMATION_SCHEMA. */
final class TableReferences {
  private TableReferences() {}

  /** Renders one reference with its alias. */
  static String render(Renderer renderer, TokenCursor in) {
    if (in.sees("(")) {
      return "(" + renderer.render(tableExpression(in)) + ")" + alias(in, null);
    }
    if (in.take("UNNEST")) {
      return unnest(renderer, in);
    }
    List<String> path = path(in);
    String last = path.get(path.size() - 1);
    if (path.size() == 1 && renderer.isCommonTable(last)) {
      return Identifiers.quote(last) + alias(in, null);
    }
    if (path.stream().anyMatch(part -> part.equalsIgnoreCase("INFORMATION_SCHEMA"))) {
      return renderer.scope().informationSchema(path) + alias(in, last);
    }
    if (in.sees("FOR")) {
      throw SqlErrors.unsupported("FOR SYSTEM_TIME AS OF");
    }
    StoredTable table = renderer.scope().table(renderer.scope().resolve(path));
    return source(renderer, table) + alias(in, last);
  }

  /** A join in parentheses begins with a table, a subquery with SELECT or WITH. */
  private static List<Token> tableExpression(TokenCursor in) {
    List<Token> inside = in.parenthesized();
    if (inside.get(0).isAny("SELECT", "WITH", "(", "VALUES")) {
      return inside;
    }
    List<Token> join = new ArrayList<>();
    int start = inside.get(0).start();
    for (String word : List.of("SELECT", "*", "FROM")) {
      Token.Kind kind = word.equals("*") ? Token.Kind.SYMBOL : Token.Kind.WORD;
      join.add(new Token(kind, word, start, start));
    }
    join.addAll(inside);
    return join;
  }

  /** The rows of a table or view, without the hidden column unless the statement names it. */
  static String source(Renderer renderer, StoredTable table) {
    if (table.viewQuery().isPresent()) {
      List<Token> query = Lexer.tokens(table.viewQuery().get());
      return "(" + renderer.forView(query).render(query) + ")";
    }
    renderer.tables().add(table);
    return table.ingestionPartitioned() && !renderer.pseudoColumns()
        ? "(SELECT * EXCLUDE (" + StoredTable.PARTITION_TIME + ") FROM " + table.physical() + ")"
        : table.physical();
  }

  private static String unnest(Renderer renderer, TokenCursor in) {
    String array = renderer.render(in.parenthesized());
    String alias = null;
    if (in.take("AS") || Keywords.alias(in.peek())) {
      alias = in.name();
    }
    if (in.take("WITH", "OFFSET")) {
      String offset = in.take("AS") || Keywords.alias(in.peek()) ? in.name() : "offset";
      String element = alias == null ? "element" : alias;
      return "LATERAL (SELECT unnest("
          + array
          + ") AS "
          + Identifiers.quote(element)
          + ", generate_subscripts("
          + array
          + ", 1) - 1 AS "
          + Identifiers.quote(offset)
          + ")";
    }
    String name = Identifiers.quote(alias == null ? "f0_" : alias);
    return "UNNEST(" + array + ") AS u_" + name.replace("\"", "") + "(" + name + ")";
  }

  /** A path of names: dots between them or inside of backticks, dashes in a project. */
  static List<String> path(TokenCursor in) {
    List<String> parts = new ArrayList<>();
    do {
      Token token = in.peek();
      String name = in.name();
      if (token.kind() == Token.Kind.QUOTED) {
        parts.addAll(Arrays.asList(name.split("\\.")));
        continue;
      }
      StringBuilder dashed = new StringBuilder(name);
      while (parts.isEmpty()
          && in.sees("-")
          && in.peek(1).kind() != Token.Kind.SYMBOL
          && in.peek().start() == in.peek(-1).end()) {
        dashed.append(in.next().text()).append(in.next().text());
      }
      parts.add(dashed.toString());
    } while (in.take("."));
    return parts;
  }

  /** The alias that is written, or else the given one. */
  static String alias(TokenCursor in, String otherwise) {
    if (in.take("AS") || Keywords.alias(in.peek())) {
      return " AS " + Identifiers.quote(in.name());
    }
    return otherwise == null ? "" : " AS " + Identifiers.quote(otherwise);
  }
}
