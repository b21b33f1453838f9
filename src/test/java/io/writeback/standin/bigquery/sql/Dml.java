package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Identifiers;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A statement that changes rows, in DuckDB's dialect.
 *
 * @param kind its statementType
 * @param duplicateCheck a SELECT that returns a row if a target row matches several source rows,
 *     which the service refuses and DuckDB does not; null if that cannot be
 * @param source of an INSERT from a query
 */
record Dml(
    String kind, StoredTable target, String sql, String duplicateCheck, Optional<Source> source) {
  Dml(String kind, StoredTable target, String sql, String duplicateCheck) {
    this(kind, target, sql, duplicateCheck, Optional.empty());
  }

  /** The query whose columns an INSERT takes, and where they go. */
  record Source(List<String> columns, String query) {}

  static boolean isDml(Token first) {
    return first.isAny("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE");
  }

  static Dml translate(Renderer renderer, TokenCursor in) {
    Token first = in.next();
    return switch (first.upper()) {
      case "INSERT" -> insert(renderer, in);
      case "UPDATE" -> update(renderer, in);
      case "DELETE" -> delete(renderer, in);
      case "MERGE" -> Merge.translate(renderer, in);
      default -> {
        in.expect("TABLE");
        StoredTable table = target(renderer, in);
        yield new Dml("TRUNCATE_TABLE", table, "DELETE FROM " + table.physical(), null);
      }
    };
  }

  /** Whether other mutations of the table are excluded meanwhile. */
  boolean mutates() {
    return !kind.equals("INSERT");
  }

  static StoredTable target(Renderer renderer, TokenCursor in) {
    StoredTable table = renderer.scope().table(renderer.scope().resolve(TableReferences.path(in)));
    if (table.viewQuery().isPresent()) {
      throw ApiException.invalidQuery("Cannot change rows of view " + table.id());
    }
    renderer.tables().add(table);
    return table;
  }

  private static Dml insert(Renderer renderer, TokenCursor in) {
    in.take("INTO");
    StoredTable table = target(renderer, in);
    List<String> columns = names(in, table);
    boolean query = !in.sees("VALUES");
    String rows = renderer.render(in.until());
    return new Dml(
        "INSERT",
        table,
        "INSERT INTO " + table.physical() + list(columns) + " " + rows,
        null,
        query ? Optional.of(new Source(columns, rows)) : Optional.empty());
  }

  /** The written column list, or all columns: the hidden one never gets a value by position. */
  static String columns(TokenCursor in, StoredTable table) {
    return list(names(in, table));
  }

  private static String list(List<String> names) {
    return names.stream().map(Identifiers::quote).collect(Collectors.joining(", ", " (", ")"));
  }

  private static List<String> names(TokenCursor in, StoredTable table) {
    List<String> names =
        in.sees("(") && !in.peek(1).isAny("SELECT", "WITH")
            ? names(in.parenthesized())
            : table.schema().names();
    for (String name : names) {
      boolean hidden = PseudoColumns.mentions(name) && table.ingestionPartitioned();
      if (table.schema().field(name).isEmpty() && !hidden) {
        throw ApiException.invalidQuery(
            "Column " + name + " is not present in table " + table.id());
      }
    }
    return names;
  }

  private static List<String> names(List<Token> tokens) {
    List<String> names = new ArrayList<>();
    Renderer.split(tokens).forEach(part -> names.add(part.get(0).text()));
    return names;
  }

  private static Dml update(Renderer renderer, TokenCursor in) {
    StoredTable table = target(renderer, in);
    String alias = TableReferences.alias(in, table.id().table());
    in.expect("SET");
    String set = assignments(renderer, in.until("FROM", "WHERE"));
    String from = in.sees("FROM") ? " " + renderer.render(in.until("WHERE")) : "";
    requireWhere(in, "UPDATE");
    String where = " " + renderer.render(in.until());
    String check =
        from.isEmpty()
            ? null
            : "SELECT 1 FROM "
                + table.physical()
                + alias
                + ", "
                + from.substring(" FROM ".length())
                + where
                + " GROUP BY "
                + alias.substring(4)
                + ".rowid HAVING count(*) > 1 LIMIT 1";
    return new Dml(
        "UPDATE",
        table,
        "UPDATE " + table.physical() + alias + " SET " + set + from + where,
        check);
  }

  private static Dml delete(Renderer renderer, TokenCursor in) {
    in.take("FROM");
    StoredTable table = target(renderer, in);
    String alias = TableReferences.alias(in, table.id().table());
    requireWhere(in, "DELETE");
    String where = renderer.render(in.until());
    return new Dml("DELETE", table, "DELETE FROM " + table.physical() + alias + " " + where, null);
  }

  private static void requireWhere(TokenCursor in, String what) {
    if (!in.sees("WHERE")) {
      throw in.error(what + " must have a WHERE clause");
    }
  }

  /** {@code t.a = x, b = y}: DuckDB takes no qualified column on the left. */
  static String assignments(Renderer renderer, List<Token> tokens) {
    List<String> set = new ArrayList<>();
    for (List<Token> part : Renderer.split(tokens)) {
      TokenCursor assignment = new TokenCursor("", part);
      List<Token> column = assignment.until("=");
      assignment.expect("=");
      String name = column.get(column.size() - 2).text();
      set.add(Identifiers.quote(name) + " = " + renderer.render(assignment.until()));
    }
    return String.join(", ", set);
  }
}
