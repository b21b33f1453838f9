package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.List;

/**
 * What ALTER COLUMN TYPE and ALTER TABLE APPEND need (Developer Guide, sections of these names): no
 * transaction block, and for the first a VARCHAR column of another size.
 */
final class AlterTypeCheck {
  private AlterTypeCheck() {}

  static void check(Plan plan, char status, Protocol protocol) throws IOException {
    boolean append = plan.table() == null;
    if (status != 'I') {
      throw new SqlFailure(
          "25001",
          "ALTER TABLE %s cannot run inside a transaction block"
              .formatted(append ? "APPEND" : "ALTER COLUMN"));
    }
    if (append) {
      return;
    }
    List<Token> tokens = Lexer.tokens(plan.sql());
    String column = tokens.get(tokens.size() - 6).name();
    String length = tokens.get(tokens.size() - 2).text();
    List<List<String>> rows =
        protocol.inner(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass"
                    .formatted(Executor.literal(plan.table()))
                + " AND attname = "
                + Executor.literal(column));
    if (rows.isEmpty()) {
      throw new SqlFailure(
          "42703", "column \"%s\" of relation %s does not exist".formatted(column, plan.table()));
    }
    String type = rows.get(0).get(0);
    if (!type.startsWith("character varying")) {
      throw SqlFailure.unsupported("cannot alter column \"%s\" of type %s".formatted(column, type));
    }
    if (type.equals("character varying(" + length + ")")) {
      throw SqlFailure.unsupported(
          "cannot alter column \"%s\", target column size should be different".formatted(column));
    }
  }
}
