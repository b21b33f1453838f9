package io.writeback.domo;

import io.writeback.domo.Condition.Literal;
import io.writeback.domo.Condition.Operator;
import io.writeback.retry.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A condition bound to the columns of a DataSet: a function over rows, and SQL that means the same.
 * As in SQL, a comparison with null is neither true nor false.
 */
final class RowFilter {
  private final Node root;
  private final Set<Integer> columns = new TreeSet<>();

  /**
   * Binds.
   *
   * @throws FaultException of kind configuration if a column is missing or a value is not of its
   *     type
   */
  RowFilter(Condition condition, List<DomoColumn> all) {
    this.root = bind(condition, all);
  }

  /** Indices of the columns that it looks at. */
  Set<Integer> columns() {
    return columns;
  }

  /**
   * Whether a row is wanted: the condition is true, not only not false.
   *
   * @param cells as {@link CellValue} makes them, by column; null for null
   */
  boolean wants(Object[] cells) {
    return root.test(cells) == Truth.TRUE;
  }

  String sql() {
    return root.sql();
  }

  private enum Truth {
    FALSE,
    UNKNOWN,
    TRUE;

    static Truth of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  private sealed interface Node {
    Truth test(Object[] cells);

    String sql();
  }

  /** In this order of truths, AND is the least and OR the greatest of the parts. */
  private record Joined(List<Node> parts, boolean all) implements Node {
    @Override
    public Truth test(Object[] cells) {
      Truth end = all ? Truth.FALSE : Truth.TRUE;
      Truth result = all ? Truth.TRUE : Truth.FALSE;
      for (Node part : parts) {
        Truth truth = part.test(cells);
        if (truth == end) {
          return end;
        }
        result = truth == Truth.UNKNOWN ? truth : result;
      }
      return result;
    }

    @Override
    public String sql() {
      return parts.stream()
          .map(Node::sql)
          .collect(Collectors.joining(all ? " AND " : " OR ", "(", ")"));
    }
  }

  private record Comparison(int index, DomoColumn column, Operator operator, Object value)
      implements Node {
    @Override
    public Truth test(Object[] cells) {
      Object cell = cells[index];
      return cell == null
          ? Truth.UNKNOWN
          : Truth.of(operator.holds(CellValue.compare(column.type(), cell, value)));
    }

    @Override
    public String sql() {
      return DomoSql.name(column.name())
          + " "
          + operator.sql()
          + " "
          + DomoSql.literal(column.type(), value);
    }
  }

  private record Listed(int index, DomoColumn column, List<Object> values, boolean not)
      implements Node {
    @Override
    public Truth test(Object[] cells) {
      Object cell = cells[index];
      return cell == null
          ? Truth.UNKNOWN
          : Truth.of(
              not != values.stream().anyMatch(v -> CellValue.compare(column.type(), cell, v) == 0));
    }

    @Override
    public String sql() {
      return values.stream()
          .map(value -> DomoSql.literal(column.type(), value))
          .collect(
              Collectors.joining(
                  ", ", DomoSql.name(column.name()) + (not ? " NOT IN (" : " IN ("), ")"));
    }
  }

  private record Missing(int index, DomoColumn column, boolean not) implements Node {
    @Override
    public Truth test(Object[] cells) {
      return Truth.of(not != (cells[index] == null));
    }

    @Override
    public String sql() {
      return DomoSql.name(column.name()) + (not ? " IS NOT NULL" : " IS NULL");
    }
  }

  private Node bind(Condition condition, List<DomoColumn> all) {
    if (condition instanceof Condition.And and) {
      return new Joined(and.parts().stream().map(part -> bind(part, all)).toList(), true);
    }
    if (condition instanceof Condition.Or or) {
      return new Joined(or.parts().stream().map(part -> bind(part, all)).toList(), false);
    }
    if (condition instanceof Condition.IsNull missing) {
      int index = index(missing.column(), all);
      return new Missing(index, all.get(index), missing.not());
    }
    if (condition instanceof Condition.In in) {
      int index = index(in.column(), all);
      List<Object> values = new ArrayList<>();
      in.values().forEach(value -> values.add(value(all.get(index), value)));
      return new Listed(index, all.get(index), List.copyOf(values), in.not());
    }
    Condition.Compare compare = (Condition.Compare) condition;
    int index = index(compare.column(), all);
    DomoColumn column = all.get(index);
    if (column.type() == ColumnType.STRING && compare.operator().orders()) {
      throw wrong(
          column,
          "is STRING, whose order is not documented at Domo: compare it with =, <> or IN only");
    }
    return new Comparison(index, column, compare.operator(), value(column, compare.value()));
  }

  private int index(String name, List<DomoColumn> all) {
    int index = DomoColumn.index(all, name, "domo.row.filter");
    columns.add(index);
    return index;
  }

  private static Object value(DomoColumn column, Literal literal) {
    boolean number =
        switch (column.type()) {
          case LONG, DOUBLE, DECIMAL -> true;
          case STRING, DATE, DATETIME -> false;
        };
    if (number == literal.quoted()) {
      throw wrong(
          column,
          "is "
              + column.type()
              + " and wants "
              + (number ? "a number" : "a text in single quotes"));
    }
    try {
      Object value = CellValue.of(column.type(), literal.text());
      DomoSql.literal(column.type(), value);
      return value;
    } catch (IllegalArgumentException e) {
      throw wrong(column, "is " + column.type() + ", and a value " + e.getMessage());
    }
  }

  private static FaultException wrong(DomoColumn column, String what) {
    return FaultException.configuration(
        "domo.row.filter: column \"" + column.name() + "\" " + what, null);
  }
}
