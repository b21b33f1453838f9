package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.sql.Query.Aggregate;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** COUNT, MIN, MAX and SUM over all rows. Nulls are not counted, compared or added. */
final class Aggregation {
  private final Sum[] sums;

  Aggregation(List<Aggregate> aggregates, Columns columns) throws SqlException {
    this.sums = new Sum[aggregates.size()];
    for (int i = 0; i < sums.length; i++) {
      Aggregate aggregate = aggregates.get(i);
      int index = aggregate.column() == null ? -1 : columns.index(aggregate.column());
      sums[i] =
          new Sum(aggregate, index, index < 0 ? DomoType.LONG : columns.list().get(index).type());
    }
  }

  /** Reads every row; the result is one row. */
  RowCursor of(RowCursor rows) {
    for (String[] row = rows.next(); row != null; row = rows.next()) {
      for (Sum sum : sums) {
        sum.add(row);
      }
    }
    String[] result = new String[sums.length];
    for (int i = 0; i < sums.length; i++) {
      result[i] = sums[i].result();
    }
    return new RowCursor() {
      private boolean given;

      @Override
      public String[] next() {
        String[] row = given ? null : result;
        given = true;
        return row;
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private static final class Sum {
    private final Aggregate aggregate;
    private final int index;
    private final CellOrder order;
    private final Set<String> distinct = new HashSet<>();
    private long count;
    private String extreme;

    /** Exact also for doubles, so that the order of rows does not show. */
    private BigDecimal sum = BigDecimal.ZERO;

    Sum(Aggregate aggregate, int index, DomoType type) {
      this.aggregate = aggregate;
      this.index = index;
      this.order = new CellOrder(type);
    }

    void add(String[] row) {
      if (index < 0) {
        count++;
        return;
      }
      String cell = row[index];
      if (cell == null) {
        return;
      }
      count++;
      switch (aggregate.function()) {
        case COUNT -> {
          if (aggregate.distinct()) {
            distinct.add(cell);
          }
        }
        case MIN -> extreme = extreme == null || order.compare(cell, extreme) < 0 ? cell : extreme;
        case MAX -> extreme = extreme == null || order.compare(cell, extreme) > 0 ? cell : extreme;
        case SUM -> sum = sum.add(new BigDecimal(cell));
      }
    }

    String result() {
      return switch (aggregate.function()) {
        case COUNT -> Long.toString(aggregate.distinct() ? distinct.size() : count);
        case MIN, MAX -> extreme;
        case SUM ->
            count == 0
                ? null
                : order.type() == DomoType.DOUBLE
                    ? Double.toString(sum.doubleValue())
                    : sum.toPlainString();
      };
    }
  }
}
