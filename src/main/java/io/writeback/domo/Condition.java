package io.writeback.domo;

import java.util.List;

/**
 * A condition of {@code domo.row.filter}, not yet bound to the columns of a DataSet. There is no
 * NOT: it is pushed down to the comparisons, which is exact in SQL's logic of three values and
 * leaves Domo nothing to parse that is not documented.
 */
sealed interface Condition {
  /** What holds exactly where this does not; unknown stays unknown. */
  Condition negated();

  /** All of them. */
  record And(List<Condition> parts) implements Condition {
    public And {
      parts = List.copyOf(parts);
    }

    @Override
    public Condition negated() {
      return new Or(parts.stream().map(Condition::negated).toList());
    }
  }

  /** One of them at least. */
  record Or(List<Condition> parts) implements Condition {
    public Or {
      parts = List.copyOf(parts);
    }

    @Override
    public Condition negated() {
      return new And(parts.stream().map(Condition::negated).toList());
    }
  }

  /** A column against a value. */
  record Compare(String column, Operator operator, Literal value) implements Condition {
    @Override
    public Condition negated() {
      return new Compare(column, operator.negated(), value);
    }
  }

  /** A column against a list. */
  record In(String column, List<Literal> values, boolean not) implements Condition {
    public In {
      values = List.copyOf(values);
    }

    @Override
    public Condition negated() {
      return new In(column, values, !not);
    }
  }

  /** A column that has no value, or has one. */
  record IsNull(String column, boolean not) implements Condition {
    @Override
    public Condition negated() {
      return new IsNull(column, !not);
    }
  }

  /** A value as written. */
  record Literal(String text, boolean quoted) {}

  /** How two values compare. */
  enum Operator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    NOT_LESS(">="),
    GREATER(">"),
    NOT_GREATER("<=");

    private final String sql;

    Operator(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }

    Operator negated() {
      return values()[ordinal() ^ 1];
    }

    /** Whether it asks which of the two comes first. */
    boolean orders() {
      return this != EQUAL && this != NOT_EQUAL;
    }

    /** Of the result of a comparison. */
    boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case NOT_EQUAL -> comparison != 0;
        case LESS -> comparison < 0;
        case NOT_LESS -> comparison >= 0;
        case GREATER -> comparison > 0;
        case NOT_GREATER -> comparison <= 0;
      };
    }
  }
}
