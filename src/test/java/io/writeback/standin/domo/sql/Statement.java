package io.writeback.standin.domo.sql;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.sql.Query.Aggregate;
import io.writeback.standin.domo.sql.Query.All;
import io.writeback.standin.domo.sql.Query.Function;
import io.writeback.standin.domo.sql.Query.Item;
import io.writeback.standin.domo.sql.Query.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A statement bound to the columns of a DataSet, ready to run over its rows. */
public final class Statement {
  private final Query query;
  private final Columns columns;
  private final Predicate<String[]> where;
  private final List<Column> result = new ArrayList<>();
  private final List<Integer> picked = new ArrayList<>();
  private final List<Aggregate> aggregates = new ArrayList<>();
  private final Comparator<String[]> order;

  private Statement(Query query, Columns columns) throws SqlException {
    this.query = query;
    this.columns = columns;
    this.where = query.where().isPresent() ? query.where().get().bind(columns) : row -> true;
    for (Item item : query.items()) {
      add(item);
    }
    this.order = order();
  }

  /**
   * Parses and binds.
   *
   * @throws SqlException if the statement is outside the subset or names an unknown column
   */
  public static Statement of(String sql, List<Column> columns) throws SqlException {
    return new Statement(Parser.parse(sql), new Columns(columns));
  }

  private void add(Item item) throws SqlException {
    if (item instanceof All) {
      for (int i = 0; i < columns.list().size(); i++) {
        picked.add(i);
        result.add(columns.list().get(i));
      }
    } else if (item instanceof Named named) {
      int index = columns.index(named.column());
      picked.add(index);
      result.add(new Column(named.label(), columns.list().get(index).type()));
    } else if (item instanceof Aggregate aggregate) {
      aggregates.add(aggregate);
      result.add(new Column(aggregate.label(), type(aggregate)));
    }
  }

  private DomoType type(Aggregate aggregate) throws SqlException {
    DomoType of =
        aggregate.column() == null
            ? DomoType.LONG
            : columns.list().get(columns.index(aggregate.column())).type();
    if (aggregate.function() == Function.SUM && !of.isNumber()) {
      throw new SqlException("SUM needs a number, " + aggregate.column() + " is " + of);
    }
    return aggregate.function() == Function.COUNT ? DomoType.LONG : of;
  }

  private Comparator<String[]> order() throws SqlException {
    Comparator<String[]> all = null;
    for (Query.OrderBy by : query.orderBy()) {
      int index = columns.index(by.column());
      Comparator<String[]> one =
          Comparator.comparing((String[] row) -> row[index], columns.order(index));
      one = by.descending() ? one.reversed() : one;
      all = all == null ? one : all.thenComparing(one);
    }
    return all;
  }

  /** Names and types of what it returns. */
  public List<Column> resultColumns() {
    return List.copyOf(result);
  }

  public boolean isAggregate() {
    return !aggregates.isEmpty();
  }

  /**
   * Runs.
   *
   * @param cap most rows to return
   * @param shuffle decides the order where the statement leaves it open; null keeps the order of
   *     the source
   */
  public RowCursor run(RowCursor input, long cap, RandomGenerator shuffle) throws SqlException {
    RowCursor rows = filtered(input);
    if (isAggregate()) {
      return new Aggregation(aggregates, columns).of(rows);
    }
    if (shuffle != null) {
      rows = new WindowShuffle(rows, shuffle);
    }
    long limit = query.limit() < 0 ? cap : Math.min(query.limit(), cap);
    if (order != null) {
      rows = Sorted.first(rows, order, query.offset() + limit);
    }
    return page(rows, query.offset(), limit);
  }

  private RowCursor filtered(RowCursor input) {
    return new RowCursor() {
      @Override
      public String[] next() {
        String[] row = input.next();
        while (row != null && !where.test(row)) {
          row = input.next();
        }
        return row;
      }

      @Override
      public void close() {
        input.close();
      }
    };
  }

  private RowCursor page(RowCursor rows, long offset, long limit) {
    return new RowCursor() {
      private long skipped;
      private long given;

      @Override
      public String[] next() {
        for (; skipped < offset; skipped++) {
          if (rows.next() == null) {
            skipped = offset;
            given = limit;
          }
        }
        String[] row = given < limit ? rows.next() : null;
        given++;
        return row == null ? null : pick(row);
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  private String[] pick(String[] row) {
    String[] cells = new String[picked.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = row[picked.get(i)];
    }
    return cells;
  }
}
