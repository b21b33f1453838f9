package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs GoogleSQL in DuckDB. What it knows is what a connector sends and a person types to look
 * around: see the package's page. Text is translated token by token.
 */
public final class SqlEngine {
  private final Catalog catalog;

  public SqlEngine(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Whether a text is a script: more than one statement, or a procedural one. */
  public static boolean isScript(String sql) {
    List<Script> script = ScriptParser.parse(sql);
    return script.size() > 1 || !(script.get(0) instanceof Script.Plain);
  }

  /**
   * Runs a query or script.
   *
   * @param finished told of each statement with its text
   */
  public Outcome run(QuerySettings settings, String sql, BiConsumer<String, Outcome> finished) {
    List<Script> script = ScriptParser.parse(sql);
    StatementScope scope = new StatementScope(catalog, settings);
    try (StoreSession session = catalog.session()) {
      return new ScriptRunner(new StatementRunner(session, scope), finished).run(script);
    } finally {
      for (TableId temporary : scope.temporaries().values()) {
        catalog.find(temporary).ifPresent(table -> catalog.drop(table.id()));
      }
    }
  }

  /** What a query would read and return. */
  public record Plan(String kind, Set<StoredTable> tables, Optional<TableSchema> schema) {}

  /** Checks a query without running it. Of a script only the grammar is checked. */
  public Plan plan(QuerySettings settings, String sql) {
    List<Script> script = ScriptParser.parse(sql);
    if (script.size() > 1 || !(script.get(0) instanceof Script.Plain statement)) {
      return new Plan("SCRIPT", Set.of(), Optional.empty());
    }
    StatementScope scope = new StatementScope(catalog, settings);
    Token first = statement.tokens().get(0);
    if (first.isAny("CREATE", "DROP", "ALTER")) {
      return ddl(scope, sql, statement);
    }
    Renderer renderer = Renderer.of(scope, statement.tokens());
    try (StoreSession session = catalog.session()) {
      if (Dml.isDml(first)) {
        Dml dml = Dml.translate(renderer, new TokenCursor(sql, statement.tokens()));
        catalog.explain(session, dml.sql());
        PartitionFilter.check(
            dml.kind().equals("INSERT") ? Set.of() : renderer.tables(), statement.tokens());
        return new Plan(dml.kind(), renderer.tables(), Optional.of(dml.target().schema()));
      }
      String select = renderer.render(statement.tokens());
      PartitionFilter.check(renderer.tables(), statement.tokens());
      return new Plan("SELECT", renderer.tables(), Optional.of(catalog.describe(session, select)));
    }
  }

  /** Of CREATE … AS the query is checked; what else DDL would do is not. */
  private Plan ddl(StatementScope scope, String sql, Script.Plain statement) {
    TokenCursor in = new TokenCursor(sql, statement.tokens());
    String kind = in.sees("CREATE") ? "CREATE_TABLE" : in.next().upper() + "_TABLE";
    in.until("AS");
    if (!in.take("AS")) {
      return new Plan(kind, Set.of(), Optional.empty());
    }
    List<Token> query = in.until();
    Renderer renderer = Renderer.of(scope, query);
    try (StoreSession session = catalog.session()) {
      TableSchema schema = catalog.describe(session, renderer.render(query));
      return new Plan(kind + "_AS_SELECT", renderer.tables(), Optional.of(schema));
    }
  }

  /** Paths that may name tables, in the order of the text. */
  public static List<List<String>> names(String sql) {
    List<List<String>> paths = new java.util.ArrayList<>();
    TokenCursor in = new TokenCursor(sql, Lexer.tokens(sql));
    while (!in.atEnd()) {
      if (!in.peek().isName()) {
        in.next();
        continue;
      }
      List<String> path = new java.util.ArrayList<>(List.of(in.next().text().split("\\.")));
      while (in.sees(".") && in.peek(1).isName()) {
        in.next();
        path.add(in.next().text());
      }
      paths.add(path);
    }
    return paths;
  }

  /** A SELECT of this text in DuckDB's dialect, for who stores its rows elsewhere. */
  public String select(QuerySettings settings, String sql) {
    List<Token> tokens = Lexer.tokens(sql);
    return Renderer.of(new StatementScope(catalog, settings), tokens).render(tokens);
  }

  /** A condition on the columns of one table, in DuckDB's dialect. */
  public String condition(TableId table, String condition) {
    StoredTable stored = catalog.table(table);
    QuerySettings settings =
        new QuerySettings(
            table.project(), Optional.empty(), stored.location(), "", Map.of(), List.of());
    List<Token> tokens = Lexer.tokens(condition);
    if (tokens.size() == 1) {
      throw ApiException.invalid("row restriction is empty");
    }
    return Renderer.of(new StatementScope(catalog, settings), tokens).render(tokens);
  }
}
