package io.writeback.standin.redshift;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Rewrites CREATE TABLE and CREATE TABLE AS (Developer Guide, sections of these names). */
final class CreateTable {
  private static final int MAX_COLUMNS = 1_600;

  private final SqlCursor cursor;
  private final List<String> items = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  private CreateTable(SqlCursor cursor) {
    this.cursor = cursor;
  }

  static String rewrite(SqlCursor cursor) {
    return new CreateTable(cursor).rewrite();
  }

  private String rewrite() {
    StringBuilder sql = new StringBuilder("CREATE ");
    cursor.expect("create");
    cursor.accept("local");
    if (cursor.accept("temp") || cursor.accept("temporary")) {
      sql.append("TEMP ");
    }
    cursor.expect("table");
    sql.append("TABLE ");
    if (cursor.accept("if", "not", "exists")) {
      sql.append("IF NOT EXISTS ");
    }
    sql.append(cursor.expectQualifiedName()).append(' ');
    boolean columns = cursor.peek().symbol("(") && !cursor.peek(1).symbol(")");
    boolean namesOnly = columns && (cursor.peek(2).symbol(",") || cursor.peek(2).symbol(")"));
    if (namesOnly) {
      sql.append(cursor.skipGroup()).append(' ');
    } else if (columns) {
      readItems();
    }
    attributes();
    if (cursor.accept("as")) {
      return sql.append("AS ").append(cursor.rest()).toString();
    }
    if (!cursor.atEnd() || items.isEmpty()) {
      throw cursor.unexpected();
    }
    sql.append('(').append(String.join(", ", items)).append(')');
    return sql.toString();
  }

  private void readItems() {
    cursor.expectSymbol("(");
    do {
      if (!tableConstraint()) {
        items.add(cursor.sees("like") ? like() : ColumnDefinition.parse(cursor).sql());
      }
    } while (cursor.acceptSymbol(","));
    cursor.expectSymbol(")");
    if (items.size() > MAX_COLUMNS) {
      throw new SqlFailure("54011", "tables can have at most " + MAX_COLUMNS + " columns");
    }
    // A primary key is informational except that its columns refuse nulls.
    for (String key : keys) {
      items.replaceAll(
          item ->
              item.startsWith(key + " ") && !item.contains(" NOT NULL")
                  ? item + " NOT NULL"
                  : item);
    }
  }

  private String like() {
    int start = cursor.next().start();
    cursor.expectQualifiedName();
    if (cursor.accept("including") || cursor.accept("excluding")) {
      cursor.expect("defaults");
    }
    return cursor.textFrom(start);
  }

  private boolean tableConstraint() {
    if (cursor.accept("constraint")) {
      cursor.expectName();
    }
    if (cursor.accept("primary", "key")) {
      cursor.expectSymbol("(");
      do {
        keys.add(cursor.expectName().text());
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
      return true;
    }
    if (cursor.sees("unique") && cursor.peek(1).symbol("(")) {
      cursor.next();
      cursor.skipGroup();
      return true;
    }
    if (cursor.accept("foreign", "key")) {
      cursor.skipGroup();
      cursor.expect("references");
      cursor.expectQualifiedName();
      if (cursor.peek().symbol("(")) {
        cursor.skipGroup();
      }
      return true;
    }
    return false;
  }

  private void attributes() {
    while (!cursor.atEnd() && !cursor.sees("as")) {
      if (cursor.accept("backup")) {
        cursor.expectOneOf(Set.of("yes", "no"), "BACKUP");
      } else if (cursor.accept("encode")) {
        cursor.expect("auto");
      } else if (!storage(cursor)) {
        throw cursor.unexpected();
      }
    }
  }

  /** Consumes one DISTSTYLE, DISTKEY or SORTKEY attribute of a table. */
  static boolean storage(SqlCursor cursor) {
    if (cursor.accept("diststyle")) {
      cursor.expectOneOf(Set.of("auto", "even", "key", "all"), "DISTSTYLE");
      return true;
    }
    if (cursor.accept("distkey")) {
      cursor.expectSymbol("(");
      cursor.expectName();
      cursor.expectSymbol(")");
      return true;
    }
    boolean kind = cursor.accept("compound") || cursor.accept("interleaved");
    if (cursor.accept("sortkey")) {
      if (!kind && (cursor.accept("auto") || cursor.accept("none"))) {
        return true;
      }
      cursor.expectSymbol("(");
      do {
        cursor.expectName();
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
      return true;
    }
    return false;
  }
}
