package io.writeback.standin.bigquery.sql;

import java.util.List;

/** Aggregates with modifiers inside of their parentheses. */
final class Aggregates {
  private Aggregates() {}

  /** {@code ARRAY_AGG([DISTINCT] x [IGNORE NULLS] [ORDER BY …] [LIMIT n])}. */
  static String arrayAgg(Renderer renderer, List<Token> inside) {
    TokenCursor in = new TokenCursor("", inside);
    boolean distinct = in.take("DISTINCT");
    String value = renderer.render(in.until("IGNORE", "RESPECT", "ORDER", "LIMIT"));
    boolean ignoreNulls = in.take("IGNORE", "NULLS");
    if (!ignoreNulls) {
      in.take("RESPECT", "NULLS");
    }
    String order = "";
    if (in.sees("ORDER")) {
      order = " " + renderer.render(in.until("LIMIT"));
    }
    String slice = "";
    if (in.take("LIMIT")) {
      slice = "[1:" + renderer.render(in.until()) + "]";
    }
    String filter = ignoreNulls ? " FILTER (WHERE " + value + " IS NOT NULL)" : "";
    return "(array_agg("
        + (distinct ? "DISTINCT " : "")
        + value
        + order
        + ")"
        + filter
        + ")"
        + slice;
  }
}
