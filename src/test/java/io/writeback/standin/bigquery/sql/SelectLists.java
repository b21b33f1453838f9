package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.ArrayList;
import java.util.List;

/** SELECT and what it selects: names as the service gives them, such as {@code f0_}. */
final class SelectLists {
  private static final String[] ENDS = {
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "QUALIFY", "LIMIT", "WINDOW", "UNION", "INTERSECT"
  };

  private SelectLists() {}

  /** Renders from SELECT to the end of its list. */
  static String render(Renderer renderer, TokenCursor in) {
    in.expect("SELECT");
    StringBuilder out = new StringBuilder("SELECT ");
    if (in.take("DISTINCT")) {
      out.append("DISTINCT ");
    } else {
      in.take("ALL");
    }
    boolean struct = in.take("AS", "STRUCT");
    if (!struct) {
      in.take("AS", "VALUE");
    }
    List<String> items = new ArrayList<>();
    int unnamed = 0;
    for (List<Token> item : Renderer.split(list(in))) {
      Item parsed = Item.of(item);
      String name = parsed.name();
      if (name == null && !parsed.star()) {
        name = "f" + unnamed++ + "_";
      }
      items.add(render(renderer, parsed, name, struct));
    }
    String list = String.join(", ", items);
    return out.append(struct ? "struct_pack(" + list + ")" : list).toString();
  }

  private static String render(Renderer renderer, Item item, String name, boolean struct) {
    if (item.star()) {
      return star(renderer, item.expression());
    }
    String expression = renderer.render(item.expression());
    return struct
        ? Identifiers.quote(name) + " := " + expression
        : expression + " AS " + Identifiers.quote(name);
  }

  private static String star(Renderer renderer, List<Token> tokens) {
    if (tokens.size() == 2 && renderer.pseudoColumns()) {
      return "COLUMNS(lambda c : c <> '" + StoredTable.PARTITION_TIME + "')";
    }
    TokenCursor in = new TokenCursor("", tokens);
    StringBuilder out = new StringBuilder(renderer.render(in.until("EXCEPT", "REPLACE")));
    while (!in.atEnd()) {
      if (in.take("EXCEPT")) {
        List<String> names = renderer.list(in.parenthesized());
        if (renderer.pseudoColumns()) {
          names.add(StoredTable.PARTITION_TIME);
        }
        out.append(" EXCLUDE (").append(String.join(", ", names)).append(')');
      } else if (in.take("REPLACE")) {
        out.append(" REPLACE (").append(renderer.render(in.parenthesized())).append(')');
      } else {
        throw in.error("Unexpected " + in.describe());
      }
    }
    return out.toString();
  }

  /** The list's tokens: EXCEPT ends it only as a set operation, FROM not in IS DISTINCT FROM. */
  private static List<Token> list(TokenCursor in) {
    int from = in.position();
    while (true) {
      in.until(withExcept());
      boolean exclusion = in.sees("EXCEPT") && in.peek(1).is("(") && in.peek(-1).is("*");
      boolean comparison = in.sees("FROM") && in.peek(-1).is("DISTINCT");
      if (!exclusion && !comparison) {
        return TokenCursor.slice(in.tokens(), from, in.position());
      }
      in.next();
    }
  }

  private static String[] withExcept() {
    String[] stops = java.util.Arrays.copyOf(ENDS, ENDS.length + 1);
    stops[ENDS.length] = "EXCEPT";
    return stops;
  }

  /**
   * One item of the list.
   *
   * @param name its alias, or the last part of its path, or null
   */
  private record Item(List<Token> expression, String name, boolean star) {
    static Item of(List<Token> tokens) {
      int size = tokens.size() - 1;
      Token last = at(tokens, size - 1);
      boolean star = tokens.get(0).is("*") || (size >= 3 && isQualifiedStar(tokens));
      if (star) {
        return new Item(tokens, null, true);
      }
      if (size >= 3 && at(tokens, size - 2).is("AS") && last.isName()) {
        return new Item(TokenCursor.slice(tokens, 0, size - 2), last.text(), false);
      }
      if (size >= 2 && Keywords.alias(last) && endsExpression(tokens, size - 2)) {
        return new Item(TokenCursor.slice(tokens, 0, size - 1), last.text(), false);
      }
      return new Item(tokens, isPath(tokens, size) ? lastPart(last) : null, false);
    }

    private static boolean isQualifiedStar(List<Token> tokens) {
      return tokens.get(0).isName() && tokens.get(1).is(".") && tokens.get(2).is("*");
    }

    private static boolean endsExpression(List<Token> tokens, int i) {
      Token token = tokens.get(i);
      if (i > 0 && tokens.get(i - 1).is("INTERVAL")) {
        return false;
      }
      return switch (token.kind()) {
        case NUMBER, STRING, BYTES, PARAMETER, SYSTEM_VARIABLE, QUOTED -> true;
        case WORD ->
            !Keywords.reserved(token.text()) || token.isAny("END", "NULL", "TRUE", "FALSE");
        default -> token.isAny(")", "]");
      };
    }

    private static boolean isPath(List<Token> tokens, int size) {
      for (int i = 0; i < size; i++) {
        Token token = tokens.get(i);
        boolean word = i == 0 && token.kind() == Token.Kind.WORD;
        boolean name = token.isName() && !(word && Keywords.reserved(token.text()));
        if (i % 2 == 0 ? !name : !token.is(".")) {
          return false;
        }
      }
      return size % 2 == 1;
    }

    private static String lastPart(Token token) {
      return token.text();
    }

    private static Token at(List<Token> tokens, int i) {
      return tokens.get(Math.max(0, i));
    }
  }
}
