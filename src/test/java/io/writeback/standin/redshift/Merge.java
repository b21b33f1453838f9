package io.writeback.standin.redshift;

import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites MERGE (Developer Guide, section of this name), which this PostgreSQL does not have, to
 * one statement: all parts see the state before it.
 */
final class Merge {
  private final SqlCursor cursor;
  private String target;
  private String source;
  private String condition;

  private Merge(SqlCursor cursor) {
    this.cursor = cursor;
  }

  static Plan plan(String original, SqlCursor cursor) {
    Merge merge = new Merge(cursor);
    String sql = merge.rewrite();
    return new Plan(Plan.Kind.MERGE, original, sql, merge.target, null);
  }

  private String rewrite() {
    cursor.expect("merge", "into");
    target = cursor.expectQualifiedName();
    if (!cursor.sees("using")) {
      throw cursor.unexpected();
    }
    cursor.expect("using");
    if (cursor.peek().symbol("(")) {
      throw SqlFailure.unsupported("MERGE with a subquery as source is not supported");
    }
    source = cursor.expectQualifiedName();
    if (cursor.accept("as") || !cursor.sees("on")) {
      source += " AS " + cursor.expectName().text();
    }
    cursor.expect("on");
    int start = cursor.peek().start();
    while (!cursor.sees("when") && !cursor.sees("remove")) {
      cursor.skipGroup();
    }
    condition = cursor.textFrom(start);
    return cursor.accept("remove", "duplicates") ? removeDuplicates() : matched();
  }

  private String matched() {
    String change = "";
    String insert = "";
    while (cursor.accept("when")) {
      if (cursor.accept("matched", "then")) {
        change = change();
      } else {
        cursor.expect("not", "matched", "then", "insert");
        insert = insert();
      }
    }
    if (!cursor.atEnd() || change.isEmpty() || insert.isEmpty()) {
      throw cursor.unexpected();
    }
    return """
    WITH wb_matches AS (SELECT count(*) AS n FROM %1$s JOIN %2$s ON %3$s GROUP BY %1$s.ctid \
    ORDER BY 1 DESC LIMIT 1), wb_changed AS (%4$s) INSERT INTO %1$s %5$s FROM %2$s \
    WHERE NOT EXISTS (SELECT 1 FROM %1$s WHERE %3$s)"""
        .formatted(target, source, condition, change, insert);
  }

  private String change() {
    String guard = " AND redshift.merge_check((SELECT n FROM wb_matches))";
    if (cursor.accept("delete")) {
      return "DELETE FROM %s USING %s WHERE (%s)%s".formatted(target, source, condition, guard);
    }
    cursor.expect("update");
    int start = cursor.peek().start();
    cursor.expect("set");
    while (!cursor.atEnd() && !cursor.sees("when")) {
      cursor.skipGroup();
    }
    return "UPDATE %s %s FROM %s WHERE (%s)%s"
        .formatted(target, cursor.textFrom(start), source, condition, guard);
  }

  private String insert() {
    String columns = cursor.peek().symbol("(") ? cursor.skipGroup() : "";
    cursor.expect("values");
    String values = cursor.skipGroup();
    return columns + " SELECT " + values.substring(1, values.length() - 1);
  }

  private String removeDuplicates() {
    if (!cursor.atEnd()) {
      throw cursor.unexpected();
    }
    List<String> parts = new ArrayList<>(List.of(target, source, condition));
    String rows = source.contains(" AS ") ? source.substring(source.indexOf(" AS ") + 4) : source;
    parts.add(rows);
    return "WITH wb_gone AS (DELETE FROM %s USING %s WHERE %s) INSERT INTO %1$s SELECT DISTINCT %4$s.* FROM %2$s"
        .formatted(parts.toArray());
  }
}
