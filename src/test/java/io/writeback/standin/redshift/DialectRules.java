package io.writeback.standin.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Refuses what PostgreSQL understands and Redshift does not (Developer Guide, "Amazon Redshift and
 * PostgreSQL").
 */
final class DialectRules {
  private static final Set<String> STATEMENTS =
      Set.of(
          "savepoint",
          "release",
          "listen",
          "notify",
          "unlisten",
          "do",
          "reindex",
          "cluster",
          "checkpoint");
  private static final Set<String> CREATED =
      Set.of(
          "index",
          "unique",
          "extension",
          "sequence",
          "domain",
          "type",
          "trigger",
          "rule",
          "tablespace",
          "aggregate",
          "operator",
          "collation",
          "unlogged");
  private static final Map<String, String> PAIRS =
      Map.of(
          "on conflict", "ON CONFLICT",
          "for update", "SELECT FOR UPDATE",
          "for share", "SELECT FOR SHARE",
          "distinct on", "DISTINCT ON",
          "prepare transaction", "PREPARE TRANSACTION");

  private DialectRules() {}

  static void check(List<Token> tokens) {
    if (tokens.isEmpty()) {
      return;
    }
    String first = tokens.get(0).name();
    if (STATEMENTS.contains(first)) {
      throw SqlFailure.unsupported(first.toUpperCase(Locale.ROOT) + " is not supported");
    }
    if (first.equals("create") && tokens.size() > 1 && CREATED.contains(tokens.get(1).name())) {
      throw SqlFailure.unsupported(
          "SQL command \"%s %s\" not supported on Redshift tables."
              .formatted(tokens.get(0).text(), tokens.get(1).text()));
    }
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      Token after = i + 1 < tokens.size() ? tokens.get(i + 1) : token;
      if (token.is("returning") && !first.equals("create")) {
        throw SqlFailure.syntax(token.text());
      }
      String pair = token.kind() == Token.Kind.WORD ? token.name() + " " + word(after) : "";
      if (PAIRS.containsKey(pair)) {
        throw SqlFailure.unsupported(PAIRS.get(pair) + " is not supported");
      }
      boolean array = token.is("array") && after.symbol("[");
      if (array || (token.symbol("[") && after.symbol("]"))) {
        throw SqlFailure.unsupported("Array types and constructors are not supported");
      }
    }
  }

  private static String word(Token token) {
    return token.kind() == Token.Kind.WORD ? token.name() : "";
  }
}
