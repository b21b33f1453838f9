package io.writeback.standin.bigquery.sql;

import java.util.ArrayList;
import java.util.List;

/** Splits column definitions, whose types hold commas between angle brackets. */
final class AngleBrackets {
  private AngleBrackets() {}

  static List<List<Token>> split(List<Token> tokens) {
    List<List<Token>> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isAny("(", "<", "[")) {
        depth++;
      } else if (token.isAny(")", ">", "]")) {
        depth--;
      } else if (token.kind() == Token.Kind.END || (depth == 0 && token.is(","))) {
        parts.add(TokenCursor.slice(tokens, from, i));
        from = i + 1;
      }
    }
    return parts;
  }
}
