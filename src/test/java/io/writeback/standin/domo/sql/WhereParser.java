package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Parses conditions: OR binds weaker than AND, parentheses as usual. */
final class WhereParser {
  private final Parser in;

  WhereParser(Parser in) {
    this.in = in;
  }

  Condition either() throws SqlException {
    Condition left = both();
    while (in.takeWord("OR")) {
      left = new Condition.Either(left, both());
    }
    return left;
  }

  private Condition both() throws SqlException {
    Condition left = single();
    while (in.takeWord("AND")) {
      left = new Condition.Both(left, single());
    }
    return left;
  }

  private Condition single() throws SqlException {
    if (in.takeSymbol("(")) {
      Condition inner = either();
      in.symbol(")");
      return inner;
    }
    String column = in.name();
    if (in.takeWord("IS")) {
      boolean negated = in.takeWord("NOT");
      in.word("NULL");
      return new Condition.IsNull(column, negated);
    }
    boolean negated = in.takeWord("NOT");
    if (in.takeWord("IN")) {
      return new Condition.In(column, values(), negated);
    }
    if (in.takeWord("BETWEEN")) {
      String low = in.literal();
      in.word("AND");
      return new Condition.Between(column, low, in.literal(), negated);
    }
    Token operator = in.next();
    if (negated
        || operator.kind() != Kind.SYMBOL
        || !List.of("=", "!=", "<>", "<", "<=", ">", ">=").contains(operator.text())) {
      throw new SqlException("expected a comparison, found " + operator);
    }
    return new Condition.Compare(column, operator.text(), in.literal());
  }

  private List<String> values() throws SqlException {
    List<String> values = new ArrayList<>();
    in.symbol("(");
    do {
      values.add(in.literal());
    } while (in.takeSymbol(","));
    in.symbol(")");
    return values;
  }
}
