package io.writeback.standin.domo.sql;

import java.util.List;
import java.util.function.Predicate;

/** A WHERE clause. A comparison with null is never true. */
sealed interface Condition {
  /** Binds to the columns of a DataSet. */
  Predicate<String[]> bind(Columns columns) throws SqlException;

  /** Both or either. */
  record Both(Condition left, Condition right) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      return left.bind(columns).and(right.bind(columns));
    }
  }

  record Either(Condition left, Condition right) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      return left.bind(columns).or(right.bind(columns));
    }
  }

  record IsNull(String column, boolean negated) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      int index = columns.index(column);
      return row -> (row[index] == null) != negated;
    }
  }

  /** Column, operator, value. */
  record Compare(String column, String operator, String value) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      int index = columns.index(column);
      CellOrder order = columns.order(index);
      String bound = order.literal(value);
      return switch (operator) {
        case "=" -> test(index, cell -> order.compare(cell, bound) == 0);
        case "!=", "<>" -> test(index, cell -> order.compare(cell, bound) != 0);
        case "<" -> test(index, cell -> order.compare(cell, bound) < 0);
        case "<=" -> test(index, cell -> order.compare(cell, bound) <= 0);
        case ">" -> test(index, cell -> order.compare(cell, bound) > 0);
        case ">=" -> test(index, cell -> order.compare(cell, bound) >= 0);
        default -> throw new SqlException("unknown operator " + operator);
      };
    }
  }

  record In(String column, List<String> values, boolean negated) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      int index = columns.index(column);
      CellOrder order = columns.order(index);
      List<String> bound = new java.util.ArrayList<>();
      for (String value : values) {
        bound.add(order.literal(value));
      }
      return test(
          index, cell -> bound.stream().anyMatch(v -> order.compare(cell, v) == 0) != negated);
    }
  }

  record Between(String column, String low, String high, boolean negated) implements Condition {
    @Override
    public Predicate<String[]> bind(Columns columns) throws SqlException {
      int index = columns.index(column);
      CellOrder order = columns.order(index);
      String from = order.literal(low);
      String to = order.literal(high);
      return test(
          index,
          cell -> (order.compare(cell, from) >= 0 && order.compare(cell, to) <= 0) != negated);
    }
  }

  private static Predicate<String[]> test(int index, Predicate<String> cell) {
    return row -> row[index] != null && cell.test(row[index]);
  }
}
