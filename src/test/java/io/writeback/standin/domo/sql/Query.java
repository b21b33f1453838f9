package io.writeback.standin.domo.sql;

import java.util.List;
import java.util.Optional;

/**
 * A parsed statement.
 *
 * @param limit -1 if there is none
 */
record Query(
    List<Item> items, Optional<Condition> where, List<OrderBy> orderBy, long limit, long offset) {
  /** What is selected. */
  sealed interface Item {}

  record All() implements Item {}

  record Named(String column, String label) implements Item {}

  /**
   * An aggregate.
   *
   * @param column null for {@code COUNT(*)}
   */
  record Aggregate(Function function, boolean distinct, String column, String label)
      implements Item {}

  enum Function {
    COUNT,
    MIN,
    MAX,
    SUM
  }

  record OrderBy(String column, boolean descending) {}
}
