package io.writeback.standin.redshift;

import java.util.Set;

/** Rewrites ALTER TABLE (Developer Guide, section of this name). */
final class AlterTable {
  private AlterTable() {}

  static Plan plan(String original, SqlCursor cursor) {
    cursor.expect("alter", "table");
    String table = cursor.expectQualifiedName();
    if (cursor.accept("append")) {
      return append(original, cursor, table);
    }
    if (cursor.sees("alter")) {
      return alter(original, cursor, table);
    }
    if (cursor.accept("add") && !constraint(cursor)) {
      return addColumn(original, cursor, table);
    }
    boolean dropsConstraint = cursor.sees("drop", "constraint");
    boolean addsConstraint = constraint(cursor);
    if (dropsConstraint || addsConstraint) {
      return Plan.answer(original, "ALTER TABLE");
    }
    if (cursor.sees("drop") && original.contains(",")) {
      throw SqlFailure.syntax(",");
    }
    return Plan.forward(original, "ALTER TABLE " + table + " " + cursor.rest(), null);
  }

  /** Keys are informational: they may be added and are not kept. */
  private static boolean constraint(SqlCursor cursor) {
    return cursor.sees("constraint")
        || cursor.sees("primary", "key")
        || cursor.sees("foreign", "key")
        || (cursor.sees("unique") && cursor.peek(1).symbol("("));
  }

  private static Plan addColumn(String original, SqlCursor cursor, String table) {
    cursor.accept("column");
    if (cursor.sees("if", "not", "exists")) {
      throw SqlFailure.syntax("not");
    }
    ColumnDefinition column = ColumnDefinition.parse(cursor);
    if (!cursor.atEnd()) {
      // One column per statement.
      throw cursor.unexpected();
    }
    if (column.notNull() && !column.hasDefault()) {
      throw SqlFailure.unsupported(
          "ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression");
    }
    return Plan.forward(
        original, "ALTER TABLE %s ADD COLUMN %s".formatted(table, column.sql()), null);
  }

  private static Plan alter(String original, SqlCursor cursor, String table) {
    cursor.expect("alter");
    if (CreateTable.storage(cursor) || cursor.accept("encode", "auto")) {
      return Plan.answer(original, "ALTER TABLE");
    }
    cursor.accept("column");
    String column = cursor.expectName().text();
    if (cursor.accept("encode")) {
      ColumnDefinition.encoding(cursor);
      return Plan.answer(original, "ALTER TABLE");
    }
    cursor.expect("type");
    String type = ColumnType.parse(cursor);
    if (!cursor.atEnd()) {
      throw cursor.unexpected();
    }
    if (!type.startsWith("varchar(")) {
      throw SqlFailure.unsupported(
          "cannot alter column %s to type %s: only the size of a VARCHAR column can be changed"
              .formatted(column, type));
    }
    String sql = "ALTER TABLE %s ALTER COLUMN %s TYPE %s".formatted(table, column, type);
    return new Plan(Plan.Kind.ALTER_TYPE, original, sql, table, null);
  }

  private static Plan append(String original, SqlCursor cursor, String table) {
    cursor.expect("from");
    String source = cursor.expectQualifiedName();
    while (!cursor.atEnd()) {
      cursor.expectOneOf(Set.of("ignoreextra", "filltarget"), "option");
    }
    String sql =
        "WITH moved AS (DELETE FROM %s RETURNING *) INSERT INTO %s SELECT * FROM moved"
            .formatted(source, table);
    return new Plan(Plan.Kind.ALTER_TYPE, original, sql, null, null);
  }
}
