package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The SQL that reads a DataSet by its cursor. Keyset paging: every page names the row that it
 * follows, because unsorted queries have no order and an OFFSET moves with every change.
 *
 * @param select the columns to read
 */
record CursorQuery(List<DomoColumn> select, CursorColumns cursor, Optional<RowFilter> filter) {
  CursorQuery {
    select = List.copyOf(select);
  }

  /**
   * Where to begin.
   *
   * @param point null for the first row of all
   * @param included whether rows of the point's value belong to it
   */
  record Bound(Point point, boolean included) {
    static final Bound NONE = new Bound(null, true);
  }

  /**
   * The rows behind a bound.
   *
   * @param limit the cursor's highest value, or null
   */
  String page(Bound from, Object limit, long rows) {
    List<String> parts = new ArrayList<>();
    parts.add(from.point() == null ? column() + " IS NOT NULL" : behind(from));
    if (cursor.hasKey()) {
      parts.add(key() + " IS NOT NULL");
    }
    if (limit != null) {
      parts.add(column() + " <= " + value(limit));
    }
    filter.ifPresent(f -> parts.add(f.sql()));
    return "SELECT "
        + DomoSql.names(select.stream().map(DomoColumn::name).toList())
        + DomoSql.FROM
        + where(parts)
        + " ORDER BY "
        + order("")
        + " LIMIT "
        + rows;
  }

  /**
   * Cursor and tiebreak of the last row.
   *
   * @param limit the cursor's highest value, or null
   */
  String last(Object limit) {
    return lastOf(limit == null ? Optional.empty() : Optional.of(column() + " <= " + value(limit)));
  }

  /** The same of the last row before that one; without a tiebreak, before all of its value. */
  String before(Point point) {
    String value = value(point.value());
    return lastOf(
        Optional.of(
            point.key() == null
                ? column() + " < " + value
                : String.format(
                    "(%1$s < %2$s OR (%1$s = %2$s AND %3$s < %4$s))",
                    column(), value, key(), DomoSql.literal(cursor.key().type(), point.key()))));
  }

  private String lastOf(Optional<String> condition) {
    List<String> parts = new ArrayList<>();
    parts.add(column() + " IS NOT NULL");
    if (cursor.hasKey()) {
      parts.add(key() + " IS NOT NULL");
    }
    condition.ifPresent(parts::add);
    filter.ifPresent(f -> parts.add(f.sql()));
    return "SELECT "
        + order("")
        + DomoSql.FROM
        + where(parts)
        + " ORDER BY "
        + order(" DESC")
        + " LIMIT 1";
  }

  /** How many rows have that value. */
  String count(Object value) {
    return DomoSql.COUNT + " WHERE " + column() + " = " + value(value);
  }

  /** How many wanted rows have no place in the order. */
  String withoutPlace() {
    List<String> parts = new ArrayList<>();
    parts.add(
        cursor.hasKey()
            ? "(" + column() + " IS NULL OR " + key() + " IS NULL)"
            : column() + " IS NULL");
    filter.ifPresent(f -> parts.add(f.sql()));
    return DomoSql.COUNT + where(parts);
  }

  private String behind(Bound from) {
    Point point = from.point();
    String value = value(point.value());
    if (point.key() == null) {
      return column() + (from.included() ? " >= " : " > ") + value;
    }
    return String.format(
        "(%1$s > %2$s OR (%1$s = %2$s AND %3$s > %4$s))",
        column(), value, key(), DomoSql.literal(cursor.key().type(), point.key()));
  }

  private String order(String direction) {
    return column() + direction + (cursor.hasKey() ? ", " + key() + direction : "");
  }

  private String column() {
    return DomoSql.name(cursor.cursor().name());
  }

  private String key() {
    return DomoSql.name(cursor.key().name());
  }

  private String value(Object value) {
    return DomoSql.literal(cursor.cursor().type(), value);
  }

  private static String where(List<String> parts) {
    return parts.stream().collect(Collectors.joining(" AND ", " WHERE ", ""));
  }
}
