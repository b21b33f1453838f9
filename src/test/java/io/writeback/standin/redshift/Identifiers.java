package io.writeback.standin.redshift;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Brings the names of a statement into the form that PostgreSQL knows: folded to lower case even in
 * quotes, unless {@code enable_case_sensitive_identifier} is on (Developer Guide, "Names and
 * identifiers"), and at most 127 bytes.
 */
record Identifiers(LongNames longNames, boolean caseSensitive) {
  /** System views that the proxy provides instead of PostgreSQL's own. */
  private static final Set<String> SCHEMA_VIEWS = Set.of("tables", "columns");

  /** Rewrites the names in a statement. */
  String fold(String sql) {
    List<Token> tokens = Lexer.tokens(sql);
    Edits edits = new Edits(sql);
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.kind() == Token.Kind.QUOTED) {
        edits.replace(token, PostgresDatabase.quote(inPostgres(token.name())));
      } else if (token.kind() == Token.Kind.WORD && token.text().length() > 15) {
        String name = longNames.inPostgres(token.name());
        if (!name.equals(token.name())) {
          edits.replace(token, PostgresDatabase.quote(name));
        }
      }
      if (token.isName() && token.name().equals("information_schema") && i + 2 < tokens.size()) {
        String view = tokens.get(i + 2).isName() ? tokens.get(i + 2).name() : "";
        if (tokens.get(i + 1).symbol(".") && SCHEMA_VIEWS.contains(view)) {
          edits.replace(token.start(), tokens.get(i + 2).end(), "pg_catalog.svv_" + view);
        }
      }
      boolean qualified = i > 0 && tokens.get(i - 1).symbol(".");
      boolean called = i + 1 < tokens.size() && tokens.get(i + 1).symbol("(");
      if (token.is("sysdate") && !qualified && !called) {
        edits.replace(token, "localtimestamp");
      }
    }
    return edits.apply();
  }

  private String inPostgres(String name) {
    return longNames.inPostgres(caseSensitive ? name : name.toLowerCase(Locale.ROOT));
  }
}
