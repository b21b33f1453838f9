package io.writeback.bigquery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The MERGE of staged rows into their table. Pure. Of each key the row with the highest offset
 * counts. With soft deletes it is the last one with a value that stays, and whether the last of all
 * is a tombstone says what the delete column holds; so the outcome does not depend on where ranges
 * end. A row is replaced whole: columns that the records no longer have get their default, or NULL,
 * as with change data capture.
 *
 * @param target quoted, and so is the staging
 * @param staged columns of the rows
 * @param columns of the target
 * @param defaulted those of them that have a default
 * @param key columns by which rows are told apart, never NULL
 * @param deleteColumn for soft deletes
 * @param condition that the target wants of its readers; its alias is t
 */
record MergeSql(
    String target,
    String staging,
    List<String> staged,
    List<String> columns,
    Set<String> defaulted,
    List<String> key,
    Optional<String> deleteColumn,
    Optional<String> condition) {
  /** The offset of a staged row. */
  static final String OFFSET = "__wb_offset";

  /** True on a tombstone. */
  static final String DELETED = "__wb_deleted";

  private static final String RANK = "__wb_rank";
  private static final String GONE = "__wb_gone";

  /** Offsets of rows without a value of a column; of all rows if they have no such column. */
  static String withoutValue(String staging, String column) {
    return "SELECT "
        + OFFSET
        + " FROM "
        + staging
        + " WHERE "
        + DELETED
        + " IS NOT TRUE"
        + (column == null ? "" : " AND " + BigQuerySql.quote(column) + " IS NULL");
  }

  String text() {
    return "MERGE INTO "
        + target
        + " AS t USING ("
        + last()
        + ") AS s ON "
        + key.stream()
            .map(BigQuerySql::quote)
            .map(name -> "t." + name + " = s." + name)
            .collect(Collectors.joining(" AND "))
        + condition.map(c -> " AND " + c).orElse("")
        + (deleteColumn.isPresent() ? soft(deleteColumn.get()) : hard());
  }

  private String hard() {
    return " WHEN MATCHED AND s."
        + DELETED
        + " THEN DELETE WHEN MATCHED THEN UPDATE SET "
        + String.join(", ", assignments(Optional.empty()))
        + " WHEN NOT MATCHED AND NOT s."
        + DELETED
        + " THEN INSERT ("
        + names(staged, "")
        + ") VALUES ("
        + names(staged, "s.")
        + ")";
  }

  private String soft(String column) {
    String quoted = BigQuerySql.quote(column);
    List<String> whole = assignments(Optional.of(column));
    whole.add(quoted + " = s." + GONE);
    return " WHEN MATCHED AND NOT s."
        + DELETED
        + " THEN UPDATE SET "
        + String.join(", ", whole)
        + " WHEN MATCHED THEN UPDATE SET "
        + quoted
        + " = TRUE WHEN NOT MATCHED AND NOT s."
        + DELETED
        + " THEN INSERT ("
        + names(staged, "")
        + ", "
        + quoted
        + ") VALUES ("
        + names(staged, "s.")
        + ", s."
        + GONE
        + ")";
  }

  private List<String> assignments(Optional<String> except) {
    List<String> assignments = new ArrayList<>();
    for (String column : columns) {
      if (except.filter(column::equalsIgnoreCase).isPresent()) {
        continue;
      }
      String quoted = BigQuerySql.quote(column);
      String otherwise = defaulted.contains(column) ? "DEFAULT" : "NULL";
      boolean comes = staged.stream().anyMatch(column::equalsIgnoreCase);
      assignments.add(quoted + " = " + (comes ? "s." + quoted : otherwise));
    }
    return assignments;
  }

  /** The one row of each key that counts. */
  private String last() {
    String perKey = "OVER (PARTITION BY " + names(key, "") + " ORDER BY ";
    return "SELECT * FROM (SELECT "
        + names(staged, "")
        + ", "
        + DELETED
        + ", ROW_NUMBER() "
        + perKey
        + (deleteColumn.isPresent() ? DELETED + ", " : "")
        + OFFSET
        + " DESC) AS "
        + RANK
        + (deleteColumn.isPresent()
            ? ", FIRST_VALUE(" + DELETED + ") " + perKey + OFFSET + " DESC) AS " + GONE
            : "")
        + " FROM "
        + staging
        + ") AS ranked WHERE "
        + RANK
        + " = 1";
  }

  private static String names(List<String> names, String alias) {
    return names.stream()
        .map(name -> alias + BigQuerySql.quote(name))
        .collect(Collectors.joining(", "));
  }
}
