package io.writeback.standin.bigquery.sql;

import java.util.Locale;
import java.util.Set;

/** Words of GoogleSQL that are not names. */
final class Keywords {
  /** Reserved everywhere. */
  private static final Set<String> RESERVED =
      Set.of(
          "ALL",
          "AND",
          "ANY",
          "ARRAY",
          "AS",
          "ASC",
          "AT",
          "BETWEEN",
          "BY",
          "CASE",
          "CAST",
          "COLLATE",
          "CREATE",
          "CROSS",
          "CUBE",
          "CURRENT",
          "DEFAULT",
          "DESC",
          "DISTINCT",
          "ELSE",
          "END",
          "ESCAPE",
          "EXCEPT",
          "EXCLUDE",
          "EXISTS",
          "EXTRACT",
          "FALSE",
          "FETCH",
          "FOLLOWING",
          "FOR",
          "FROM",
          "FULL",
          "GROUP",
          "GROUPING",
          "HAVING",
          "IF",
          "IGNORE",
          "IN",
          "INNER",
          "INTERSECT",
          "INTERVAL",
          "INTO",
          "IS",
          "JOIN",
          "LATERAL",
          "LEFT",
          "LIKE",
          "LIMIT",
          "MERGE",
          "NATURAL",
          "NEW",
          "NO",
          "NOT",
          "NULL",
          "NULLS",
          "ON",
          "OR",
          "ORDER",
          "OUTER",
          "OVER",
          "PARTITION",
          "PRECEDING",
          "QUALIFY",
          "RANGE",
          "RECURSIVE",
          "RESPECT",
          "RIGHT",
          "ROLLUP",
          "ROWS",
          "SELECT",
          "SET",
          "SOME",
          "STRUCT",
          "TABLESAMPLE",
          "THEN",
          "TO",
          "TRUE",
          "UNBOUNDED",
          "UNION",
          "UNNEST",
          "USING",
          "WHEN",
          "WHERE",
          "WINDOW",
          "WITH");

  /** Keywords only after these words; elsewhere names. */
  private static final Set<String> STATEMENT =
      Set.of("VALUES", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TABLE");

  private Keywords() {}

  static boolean reserved(String word) {
    return RESERVED.contains(word.toUpperCase(Locale.ROOT));
  }

  /** Whether a word stands for itself here and is no name. */
  static boolean keyword(Token before, Token word, Token after) {
    if (word.kind() != Token.Kind.WORD || before.is(".")) {
      return false;
    }
    String upper = word.upper();
    return RESERVED.contains(upper)
        || switch (upper) {
          case "FIRST", "LAST" -> before.is("NULLS");
          case "OFFSET" ->
              before.kind() == Token.Kind.NUMBER
                  || before.kind() == Token.Kind.PARAMETER
                  || before.is("WITH");
          case "ROW" -> before.isAny("CURRENT", "INSERT");
          case "MATCHED" -> before.isAny("WHEN", "NOT");
          case "TARGET", "SOURCE" -> before.is("BY");
          case "ORDINALITY", "TIES" -> before.is("WITH");
          default -> STATEMENT.contains(upper) && statement(before, upper, after);
        };
  }

  private static boolean statement(Token before, String upper, Token after) {
    return switch (upper) {
      case "VALUES" -> after.is("(");
      case "INSERT", "UPDATE", "DELETE" -> before.is("THEN") || before.text().isEmpty();
      default -> before.text().isEmpty() || before.is("TRUNCATE");
    };
  }

  /** Whether a word may follow a table or a column as its alias without AS. */
  static boolean alias(Token word) {
    return word.kind() == Token.Kind.QUOTED
        || (word.kind() == Token.Kind.WORD
            && !reserved(word.text())
            && !word.isAny("VALUES", "INSERT", "UPDATE", "DELETE", "OFFSET", "PIVOT", "UNPIVOT"));
  }
}
