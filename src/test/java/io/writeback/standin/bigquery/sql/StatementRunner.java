package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import io.writeback.standin.bigquery.catalog.FieldType;
import io.writeback.standin.bigquery.catalog.ResultColumns;
import io.writeback.standin.bigquery.catalog.RowReader;
import io.writeback.standin.bigquery.catalog.StoreSession;
import io.writeback.standin.bigquery.catalog.StoredTable;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs single statements in one session. Used by one thread. */
final class StatementRunner {
  private final StoreSession session;
  private final StatementScope scope;

  StatementRunner(StoreSession session, StatementScope scope) {
    this.session = session;
    this.scope = scope;
  }

  StatementScope scope() {
    return scope;
  }

  StoreSession session() {
    return session;
  }

  Outcome run(Script.Plain statement) {
    TokenCursor in = new TokenCursor(statement.text(), statement.tokens());
    Token first = in.peek();
    Outcome outcome;
    if (first.isAny("SELECT", "WITH", "(", "VALUES")) {
      outcome = select(statement.tokens());
    } else if (Dml.isDml(first)) {
      outcome = dml(in);
    } else if (first.isAny("CREATE", "DROP", "ALTER")) {
      outcome = new Ddl(this, in).run();
    } else {
      throw in.error("Unexpected " + in.describe());
    }
    scope.rowCount(outcome.counts() == null ? 0 : outcome.counts().affected());
    return outcome;
  }

  private Outcome select(List<Token> tokens) {
    Renderer renderer = Renderer.of(scope, tokens);
    String sql = renderer.render(tokens);
    PartitionFilter.check(renderer.tables(), tokens);
    QuerySettings settings = scope.settings();
    StoredTable result =
        Results.store(scope.catalog(), session, settings.project(), settings.location(), sql);
    return Outcome.select(result, renderer.tables());
  }

  private Outcome dml(TokenCursor in) {
    Renderer renderer = Renderer.of(scope, in.tokens());
    Dml dml = Dml.translate(renderer, in);
    StoredTable target = dml.target();
    Set<StoredTable> read = new HashSet<>(renderer.tables());
    if (dml.kind().equals("INSERT") || dml.kind().equals("TRUNCATE_TABLE")) {
      read.remove(target);
    }
    PartitionFilter.check(read, in.tokens());
    if (dml.mutates()) {
      refuseStreamed(target);
      session.mutate(target);
    } else {
      session.appendTo(target);
    }
    dml.source()
        .ifPresent(
            source ->
                StructOrder.check(
                    target, source.columns(), scope.catalog().describe(session, source.query())));
    Outcome.DmlCounts counts =
        session.run(
            () -> {
              try (Statement statement = session.connection().createStatement()) {
                checkDuplicates(dml, statement);
                Outcome.DmlCounts done = execute(dml, statement);
                session.onCommit(target::dataChanged);
                return done;
              }
            });
    return Outcome.dml(dml.kind(), counts, renderer.tables());
  }

  private void refuseStreamed(StoredTable table) {
    if (table.streaming().rows(scope.catalog().now()) > 0) {
      throw ApiException.invalidQuery(
          "UPDATE or DELETE statement over table "
              + table.id()
              + " would affect rows in the streaming buffer, which is not supported");
    }
  }

  private static void checkDuplicates(Dml dml, Statement statement) throws java.sql.SQLException {
    if (dml.duplicateCheck() != null) {
      try (ResultSet rows = statement.executeQuery(dml.duplicateCheck())) {
        if (rows.next()) {
          throw ApiException.invalidQuery(
              "UPDATE/MERGE must match at most one source row for each target row");
        }
      }
    }
  }

  private static Outcome.DmlCounts execute(Dml dml, Statement statement)
      throws java.sql.SQLException {
    if (dml.kind().equals("MERGE")) {
      long[] counts = new long[3];
      try (ResultSet rows = statement.executeQuery(dml.sql())) {
        while (rows.next()) {
          counts["INSERT UPDATE DELETE".indexOf(rows.getString(1)) / 7]++;
        }
      }
      return new Outcome.DmlCounts(counts[0], counts[1], counts[2]);
    }
    long rows = statement.executeLargeUpdate(dml.sql());
    return switch (dml.kind()) {
      case "INSERT" -> new Outcome.DmlCounts(rows, 0, 0);
      case "UPDATE" -> new Outcome.DmlCounts(0, rows, 0);
      default -> new Outcome.DmlCounts(0, 0, rows);
    };
  }

  /** The value of an expression. */
  Scope.Value evaluate(List<Token> expression) {
    List<Token> tokens = expression;
    Renderer renderer = Renderer.of(scope, tokens);
    String sql = "SELECT " + renderer.render(tokens) + " AS v";
    return session.run(
        () -> {
          try (Statement statement = session.connection().createStatement();
              ResultSet rows = statement.executeQuery(sql)) {
            String type = rows.getMetaData().getColumnTypeName(1);
            Field field = ResultColumns.field("v", type);
            rows.next();
            return new Scope.Value(field, new RowReader(List.of(field)).read(rows).get(0));
          }
        });
  }

  /** The value of an expression as this type. */
  Object evaluate(List<Token> expression, Field type) {
    Renderer renderer = Renderer.of(scope, expression);
    Field named = type.named("v");
    String sql = "SELECT CAST(" + renderer.render(expression) + " AS " + type.duckType() + ") AS v";
    RowReader reader = new RowReader(List.of(named));
    return session.run(
        () -> {
          try (Statement statement = session.connection().createStatement();
              ResultSet rows =
                  statement.executeQuery("SELECT " + reader.selectList() + " FROM (" + sql + ")")) {
            rows.next();
            return reader.read(rows).get(0);
          }
        });
  }

  boolean condition(List<Token> expression) {
    return Boolean.TRUE.equals(evaluate(expression, Field.of("v", FieldType.BOOL)));
  }

  /** A SELECT in DuckDB's dialect and what it reads. */
  Rendered render(List<Token> query) {
    Renderer renderer = Renderer.of(scope, query);
    String sql = renderer.render(query);
    PartitionFilter.check(renderer.tables(), query);
    return new Rendered(sql, renderer.tables());
  }

  record Rendered(String sql, Set<StoredTable> tables) {}
}
