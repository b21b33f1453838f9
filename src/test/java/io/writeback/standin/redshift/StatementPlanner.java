package io.writeback.standin.redshift;

import io.writeback.standin.FaultPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Decides per statement what to do with it. Holds the variables of one session that matter. */
final class StatementPlanner {
  private static final Set<String> REDSHIFT_VARIABLES =
      Set.of(
          "query_group",
          "wlm_query_slot_count",
          "enable_result_cache_for_session",
          "analyze_threshold_percent",
          "max_cursor_result_set_size",
          "describe_field_name_in_uppercase",
          "enable_vacuum_boost",
          "json_serialization_enable",
          "mv_enable_aqmv_for_session",
          "navigate_super_null_on_error",
          "cast_super_null_on_error",
          "downcase_delimited_identifier",
          "spectrum_query_maxerror",
          "timezone_abbreviations_set",
          "datashare_break_glass_session_var");

  private final LongNames longNames;
  private final FaultPlan<String, UnaryOperator<String>> rewrites;
  private boolean caseSensitive;

  /**
   * A planner.
   *
   * @param rewrites by statement, what PostgreSQL executes in its place
   */
  StatementPlanner(
      LongNames longNames,
      boolean caseSensitive,
      FaultPlan<String, UnaryOperator<String>> rewrites) {
    this.longNames = longNames;
    this.caseSensitive = caseSensitive;
    this.rewrites = rewrites;
  }

  /**
   * Plans one statement.
   *
   * @throws SqlFailure if Redshift would refuse it
   */
  Plan plan(String original) {
    Optional<UnaryOperator<String>> rewrite = rewrites.next(original);
    if (rewrite.isPresent()) {
      return Plan.forward(original, rewrite.get().apply(original), null);
    }
    String sql = new Identifiers(longNames, caseSensitive).fold(original);
    List<Token> tokens = withoutSemicolon(Lexer.tokens(sql));
    DialectRules.check(tokens);
    SqlCursor cursor = new SqlCursor(sql, tokens);
    String first = cursor.peek().kind() == Token.Kind.WORD ? cursor.peek().name() : "";
    return switch (first) {
      case "copy" -> new Plan(Plan.Kind.COPY, original, sql, null, CopyParser.parse(cursor));
      case "create" -> create(original, sql, cursor);
      case "alter" ->
          cursor.sees("alter", "table")
              ? AlterTable.plan(original, cursor)
              : Plan.forward(original, sql, null);
      case "merge" -> Merge.plan(original, cursor);
      case "truncate" -> truncate(original, cursor);
      case "lock" -> lock(original, cursor);
      case "insert", "update", "delete" -> write(original, sql, cursor);
      case "begin", "start" -> begin(original, sql, cursor);
      case "set" -> set(original, sql, cursor);
      case "vacuum", "analyze", "analyse" -> Plan.answer(original, first.toUpperCase(Locale.ROOT));
      case "unload" -> throw SqlFailure.unsupported("UNLOAD is not in this stand-in");
      default -> Plan.forward(original, sql, null);
    };
  }

  private static List<Token> withoutSemicolon(List<Token> tokens) {
    int last = tokens.size() - 1;
    return last >= 0 && tokens.get(last).symbol(";") ? tokens.subList(0, last) : tokens;
  }

  private static Plan create(String original, String sql, SqlCursor cursor) {
    boolean table =
        cursor.sees("create", "table")
            || cursor.sees("create", "temp", "table")
            || cursor.sees("create", "temporary", "table")
            || cursor.sees("create", "local", "temp")
            || cursor.sees("create", "local", "temporary");
    if (table) {
      return Plan.forward(original, CreateTable.rewrite(cursor), null);
    }
    // Views are bound to their tables here: the late binding of Redshift is not emulated.
    String bound = sql.replaceFirst("(?is)\\s+with\\s+no\\s+schema\\s+binding\\s*;?\\s*$", "");
    return Plan.forward(original, bound, null);
  }

  private static Plan truncate(String original, SqlCursor cursor) {
    cursor.expect("truncate");
    cursor.accept("table");
    String table = cursor.expectQualifiedName();
    if (!cursor.atEnd()) {
      throw cursor.unexpected();
    }
    return new Plan(Plan.Kind.TRUNCATE, original, "TRUNCATE TABLE " + table, null, null);
  }

  private static Plan lock(String original, SqlCursor cursor) {
    cursor.expect("lock");
    cursor.accept("table");
    int start = cursor.peek().start();
    do {
      cursor.expectQualifiedName();
    } while (cursor.acceptSymbol(","));
    String tables = cursor.textFrom(start);
    if (!cursor.atEnd()) {
      // There are no lock modes: a lock is ACCESS EXCLUSIVE.
      throw cursor.unexpected();
    }
    return Plan.forward(original, "LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE", null);
  }

  private static Plan write(String original, String sql, SqlCursor cursor) {
    cursor.next();
    if (!cursor.accept("into")) {
      cursor.accept("from");
    }
    return Plan.forward(original, sql, cursor.expectQualifiedName());
  }

  private static Plan begin(String original, String sql, SqlCursor cursor) {
    cursor.next();
    if (!cursor.accept("transaction")) {
      cursor.accept("work");
    }
    // Any level asked for is the level of the database.
    return cursor.sees("isolation")
        ? Plan.forward(original, "BEGIN", null)
        : Plan.forward(original, sql, null);
  }

  private Plan set(String original, String sql, SqlCursor cursor) {
    cursor.next();
    boolean session = cursor.sees("session", "characteristics");
    boolean isolation = sql.toLowerCase(Locale.ROOT).contains("isolation");
    if ((session && isolation) || cursor.sees("transaction", "isolation")) {
      return Plan.answer(original, "SET");
    }
    cursor.accept("session");
    if (!cursor.peek().isName()) {
      return Plan.forward(original, sql, null);
    }
    String name = cursor.next().name();
    if (name.equals("enable_case_sensitive_identifier")) {
      boolean accepted = cursor.accept("to") || cursor.acceptSymbol("=");
      String value = accepted && !cursor.atEnd() ? cursor.next().text() : "";
      caseSensitive =
          Set.of("true", "on", "'true'", "'on'", "1").contains(value.toLowerCase(Locale.ROOT));
      return Plan.answer(original, "SET");
    }
    return REDSHIFT_VARIABLES.contains(name)
        ? Plan.forward(
            original,
            "SET redshift." + sql.substring(sql.toLowerCase(Locale.ROOT).indexOf(name)),
            null)
        : Plan.forward(original, sql, null);
  }
}
