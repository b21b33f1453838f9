package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The statements of an upsert. Pure. AWS's own recipe, DELETE USING and INSERT from a staging table
 * in one transaction (Developer Guide, "Performing a merge operation by replacing existing rows").
 *
 * <p>The last row of a key is the one with the highest offset. With soft deletes it is the last one
 * with a value that stays, because a tombstone has none, and whether the last of all is a tombstone
 * says what its delete column holds: so the outcome does not depend on where a flush ends.
 *
 * @param columns of the staged rows that the target has too
 * @param key columns of the key
 * @param deleteColumn for soft deletes
 */
record UpsertStatements(
    Target target, List<String> columns, List<String> key, Optional<String> deleteColumn) {
  /** Columns of a table that take no null. */
  static final String NOT_NULL =
      "SELECT column_name FROM svv_columns WHERE table_schema = ? AND table_name = ?"
          + " AND is_nullable = 'NO'";

  private static final String RANK = Sql.identifier("_wb_rank");
  private static final String GONE = Sql.identifier("_wb_gone");
  private static final String PART = Sql.identifier(UpsertColumns.PART);
  private static final String OFFSET = Sql.identifier(UpsertColumns.OFFSET);
  private static final String DELETED = Sql.identifier(UpsertColumns.DELETED);
  private static final String NEWEST = OFFSET + " DESC, " + PART + " DESC";

  /** The temporary table, of this session alone. */
  String stage() {
    return Sql.identifier("_wb_upsert_" + Hash.of(target.namespace(), target.table()));
  }

  String dropStage() {
    return "DROP TABLE IF EXISTS " + stage();
  }

  /** With the types of the target, and without its constraints: a tombstone is all nulls. */
  String createStage() {
    return "CREATE TEMP TABLE "
        + stage()
        + " AS SELECT CAST(0 AS INTEGER) AS "
        + PART
        + ", CAST(0 AS BIGINT) AS "
        + OFFSET
        + ", CAST(FALSE AS BOOLEAN) AS "
        + DELETED
        + ", "
        + Sql.columns(columns)
        + " FROM "
        + Sql.table(target)
        + " WHERE FALSE";
  }

  /** Schema and table, as the catalog names them. */
  Object[] where() {
    return new Object[] {ColumnNames.fold(target.namespace()), ColumnNames.fold(target.table())};
  }

  /** Rows to insert that have no value for a column. */
  String withoutValue(String column) {
    return "SELECT "
        + PART
        + ", "
        + OFFSET
        + " FROM "
        + stage()
        + " WHERE "
        + Sql.identifier(column)
        + " IS NULL AND NOT "
        + DELETED;
  }

  String countLive(Collection<Integer> parts) {
    return "SELECT COUNT(*) FROM (SELECT DISTINCT " + Sql.columns(key) + live(parts) + ") live";
  }

  /** The keys with a row to insert, each once. */
  private String live(Collection<Integer> parts) {
    return deleteColumn.isPresent()
        ? " FROM " + stage() + " WHERE " + among(parts) + " AND NOT " + DELETED
        : " FROM " + ranked(parts) + " WHERE " + RANK + " = 1 AND NOT " + DELETED;
  }

  /** Soft deletes: rows of all keys with a tombstone are marked; some are then replaced. */
  List<String> markDeleted(Collection<Integer> parts) {
    return deleteColumn
        .map(
            column ->
                "UPDATE "
                    + Sql.table(target)
                    + " SET "
                    + Sql.identifier(column)
                    + " = TRUE WHERE EXISTS (SELECT 1 FROM "
                    + stage()
                    + " WHERE "
                    + matches()
                    + " AND "
                    + among(parts)
                    + " AND "
                    + DELETED
                    + ")")
        .stream()
        .toList();
  }

  String deleteOld(Collection<Integer> parts) {
    return "DELETE FROM "
        + Sql.table(target)
        + " USING "
        + stage()
        + " WHERE "
        + matches()
        + " AND "
        + among(parts)
        + (deleteColumn.isPresent() ? " AND NOT " + DELETED : "");
  }

  String insertLast(Collection<Integer> parts) {
    return "INSERT INTO "
        + Sql.table(target)
        + " ("
        + Sql.columns(columns)
        + deleteColumn.map(column -> ", " + Sql.identifier(column)).orElse("")
        + ") SELECT "
        + Sql.columns(columns)
        + (deleteColumn.isPresent() ? ", " + GONE : "")
        + " FROM "
        + ranked(parts)
        + " WHERE "
        + RANK
        + " = 1 AND NOT "
        + DELETED;
  }

  private String ranked(Collection<Integer> parts) {
    String perKey = "OVER (PARTITION BY " + Sql.columns(key) + " ORDER BY ";
    String rank = "ROW_NUMBER() " + perKey;
    String columnsOfStage = Sql.columns(columns) + ", " + DELETED;
    String soft =
        ", FIRST_VALUE("
            + DELETED
            + ") "
            + perKey
            + NEWEST
            + " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS "
            + GONE;
    boolean keepsValues = deleteColumn.isPresent();
    return "(SELECT "
        + columnsOfStage
        + ", "
        + rank
        + (keepsValues ? "CASE WHEN " + DELETED + " THEN 1 ELSE 0 END, " : "")
        + NEWEST
        + ") AS "
        + RANK
        + (keepsValues ? soft : "")
        + " FROM "
        + stage()
        + " WHERE "
        + among(parts)
        + ") ranked";
  }

  private String matches() {
    String table = Sql.identifier(ColumnNames.fold(target.table()));
    return key.stream()
        .map(Sql::identifier)
        .map(column -> table + "." + column + " = " + stage() + "." + column)
        .collect(Collectors.joining(" AND "));
  }

  private static String among(Collection<Integer> parts) {
    return PART
        + " IN ("
        + new TreeSet<>(parts).stream().map(String::valueOf).collect(Collectors.joining(", "))
        + ")";
  }
}
