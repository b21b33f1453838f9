package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.stream.Collectors;

/** MERGE. DuckDB has it too; the clauses' column names and INSERT ROW differ. */
final class Merge {
  private Merge() {}

  static Dml translate(Renderer renderer, TokenCursor in) {
    in.take("INTO");
    StoredTable table = Dml.target(renderer, in);
    String targetAlias = TableReferences.alias(in, table.id().table());
    in.expect("USING");
    String source = TableReferences.render(renderer, in);
    int as = source.lastIndexOf(" AS ");
    String sourceAlias = as < 0 ? "" : source.substring(as + 4) + ".";
    in.expect("ON");
    String condition = renderer.render(TokenCursor.slice(in.tokens(), in.position(), nextWhen(in)));
    in.moveTo(nextWhen(in));
    StringBuilder sql =
        new StringBuilder("MERGE INTO ")
            .append(table.physical())
            .append(targetAlias)
            .append(" USING ")
            .append(source)
            .append(" ON (")
            .append(condition)
            .append(')');
    boolean matched = false;
    while (in.take("WHEN")) {
      matched |= in.sees("MATCHED");
      clause(renderer, in, table, sourceAlias, sql);
    }
    if (!in.atEnd()) {
      throw in.error("Expected end of input but got " + in.describe());
    }
    sql.append(" RETURNING merge_action");
    String check =
        !matched
            ? null
            : "SELECT 1 FROM "
                + table.physical()
                + targetAlias
                + " JOIN "
                + source
                + " ON ("
                + condition
                + ") GROUP BY "
                + targetAlias.substring(4)
                + ".rowid HAVING count(*) > 1 LIMIT 1";
    return new Dml("MERGE", table, sql.toString(), check);
  }

  private static int nextWhen(TokenCursor in) {
    int depth = 0;
    int at = in.position();
    for (; at < in.tokens().size() - 1; at++) {
      Token token = in.tokens().get(at);
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0 && token.is("WHEN")) {
        Token next = in.tokens().get(at + 1);
        Token second = in.tokens().get(Math.min(at + 2, in.tokens().size() - 1));
        if (next.is("MATCHED") || (next.is("NOT") && second.is("MATCHED"))) {
          return at;
        }
      }
    }
    return at;
  }

  private static void clause(
      Renderer renderer, TokenCursor in, StoredTable table, String source, StringBuilder sql) {
    sql.append(" WHEN");
    boolean not = in.take("NOT");
    in.expect("MATCHED");
    sql.append(not ? " NOT MATCHED" : " MATCHED");
    if (in.take("BY", "SOURCE")) {
      sql.append(" BY SOURCE");
    } else {
      in.take("BY", "TARGET");
    }
    if (in.take("AND")) {
      sql.append(" AND (").append(condition(renderer, in)).append(')');
    }
    in.expect("THEN");
    sql.append(" THEN ");
    if (in.take("DELETE")) {
      sql.append("DELETE");
    } else if (in.take("UPDATE", "SET")) {
      int end = nextWhen(in);
      sql.append("UPDATE SET ")
          .append(Dml.assignments(renderer, TokenCursor.slice(in.tokens(), in.position(), end)));
      in.moveTo(end);
    } else {
      in.expect("INSERT");
      insert(renderer, in, table, source, sql);
    }
  }

  /** Up to THEN, but not the one of a CASE. */
  private static String condition(Renderer renderer, TokenCursor in) {
    int from = in.position();
    int cases = 0;
    while (!in.atEnd() && !(cases == 0 && in.sees("THEN"))) {
      cases += in.sees("CASE") ? 1 : in.sees("END") ? -1 : 0;
      in.next();
    }
    return renderer.render(TokenCursor.slice(in.tokens(), from, in.position()));
  }

  private static void insert(
      Renderer renderer, TokenCursor in, StoredTable table, String source, StringBuilder sql) {
    if (in.take("ROW")) {
      row(table, source, sql);
      return;
    }
    String columns = Dml.columns(in, table);
    if (in.take("ROW")) {
      row(table, source, sql);
      return;
    }
    in.expect("VALUES");
    sql.append("INSERT")
        .append(columns)
        .append(" VALUES (")
        .append(renderer.render(in.parenthesized()))
        .append(')');
  }

  private static void row(StoredTable table, String source, StringBuilder sql) {
    sql.append("INSERT")
        .append(
            table.schema().names().stream()
                .map(Identifiers::quote)
                .collect(Collectors.joining(", ", " (", ")")))
        .append(
            table.schema().names().stream()
                .map(name -> source + Identifiers.quote(name))
                .collect(Collectors.joining(", ", " VALUES (", ")")));
  }
}
