package io.writeback.domo;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The settings of what is read of a DataSet, and of reading it by a cursor. */
final class SelectionKeys {
  static final String COLUMNS = "domo.columns";
  static final String ROW_FILTER = "domo.row.filter";
  static final String TIMEZONE = "domo.timezone";
  static final String CURSOR_COLUMNS = CursorColumns.SETTING;
  static final String CURSOR_INITIAL = "domo.cursor.initial";
  static final String CURSOR_OVERLAP = "domo.cursor.overlap";
  static final String CURSOR_DELAY_MS = "domo.cursor.delay.ms";
  static final String PAGE_ROWS = "domo.query.page.rows";
  static final String PAGE_BYTES = "domo.query.page.bytes";
  static final String QUERY_EMPTY = "domo.query.empty";
  static final String ON_CONFIG_CHANGE = "domo.on.config.change";

  /** Domo's query API returns no more rows (knowledge base 360043436093); one is read ahead. */
  private static final int MOST_ROWS = 999_999;

  private SelectionKeys() {}

  static void define(DomoConfigDef d) {
    d.group("Columns and rows");
    d.with(
        COLUMNS,
        Type.STRING,
        "",
        ConfigRules.text("dataset: column, column; dataset: column", PerDataset::columns),
        "The columns that are read, for each DataSet by GUID or alias, as in orders: o_orderkey,"
            + " o_totalprice; lineitem: l_orderkey. Without an entry, all of them. Names with a"
            + " comma, colon or semicolon stand in backticks. Fields keep the order of the DataSet."
            + " A column that is not named may change or go without being noticed.");
    d.with(
        ROW_FILTER,
        Type.STRING,
        "",
        ConfigRules.text("dataset: condition; dataset: condition", SelectionKeys::conditions),
        "The rows that are read, for each DataSet by GUID or alias, as in orders: o_orderdate >="
            + " '2024-01-01' AND (o_orderstatus IN ('F', 'O') OR o_totalprice IS NULL). There are ="
            + " <> != < <= > >=, IN, NOT IN, IS NULL, IS NOT NULL, AND, OR, NOT and parentheses."
            + " Column names with other characters than letters, digits and underscore stand in"
            + " backticks; texts, dates ('2024-01-31') and times ('2024-01-31T23:59:59', as Domo"
            + " shows them, whatever "
            + TIMEZONE
            + " says) in single quotes; a quote within is doubled. STRING columns compare by = <>"
            + " and IN only. A row is read if the condition is true; with a null, a comparison is"
            + " not. The condition may name columns that "
            + COLUMNS
            + " leaves out. In snapshot mode the rows are filtered here, after the whole export is"
            + " verified; guards and manifest count the rows that are left. Rows read by a cursor"
            + " are filtered by Domo, whose own comparison of texts may ignore case.");
    d.with(
        TIMEZONE,
        Type.STRING,
        "UTC",
        ConfigRules.text("UTC, or a zone as in Europe/Berlin", SelectionKeys::zone),
        "Time zone of DATETIME columns, which name none; Domo takes them as UTC. Times that the"
            + " zone skips in spring move ahead with the clocks, of times that it repeats in autumn"
            + " the first counts.");
    cursor(d);
  }

  private static void cursor(DomoConfigDef d) {
    d.group("Incremental");
    d.with(
        CURSOR_COLUMNS,
        Type.STRING,
        "",
        ConfigRules.text("dataset: cursor, tiebreak; dataset: cursor", SelectionKeys::cursors),
        "For the incremental modes, for each DataSet by GUID or alias: the column whose value grows"
            + " with every new or changed row (LONG, DECIMAL, DOUBLE, DATE or DATETIME), and a"
            + " tiebreak that tells rows of one value apart, as in orders: updated_at, o_orderkey."
            + " Only with a tiebreak is each row sent exactly once; it must be unique within a"
            + " value, which is checked on the way. Without it, a value is sent with all its rows"
            + " or not at all, and after a restart its rows may come twice. Rows are read in pages,"
            + " each by a query of its own, and a DataSet may change in between: a row that stays"
            + " as it is comes once, a row whose cursor moves may come with both values, a row that"
            + " appears at or below the cursor that was reached does not come (see "
            + CURSOR_OVERLAP
            + " and "
            + CURSOR_DELAY_MS
            + "), and deletes are not seen. Rows without cursor or tiebreak have no place in the"
            + " order: they are not sent, but counted by a metric and a warning.");
    d.with(
        CURSOR_INITIAL,
        Type.STRING,
        CursorSettings.EARLIEST,
        ConfigRules.NOT_BLANK,
        "Where incremental mode starts without a stored offset: earliest, latest, or a value, whose"
            + " rows are included. latest sends the last row of now (without a tiebreak, all rows of"
            + " its value) and what follows; that row's offset keeps the place through restarts."
            + " Where there is no row yet, nothing can keep it: a task that restarts before the"
            + " first row starts at the last one of then.");
    d.ms0(
        CURSOR_OVERLAP,
        0,
        "For rows that come late: whenever the DataSet changed, reading starts again that far behind"
            + " the cursor, so rows come repeatedly and exactly-once support ends. For DATE and"
            + " DATETIME cursors, else the difference of values.");
    d.ms0(
        CURSOR_DELAY_MS,
        0,
        "For rows that come late: a row is read only when its DATE or DATETIME cursor (in the zone"
            + " of "
            + TIMEZONE
            + ") is that old. Rows that come later than that are missed.");
    d.with(
        PAGE_ROWS,
        Type.INT,
        10_000,
        ConfigDef.Range.between(1, MOST_ROWS),
        "Most rows of one query. Domo ends queries after 60 seconds and 1,000,000 rows.");
    d.with(
        PAGE_BYTES,
        Type.LONG,
        16L << 20,
        ConfigDef.Range.atLeast(1024),
        "About the bytes of a page on the heap; a query's answer is read no further. A task holds at"
            + " most four pages.");
    d.choice(
        QUERY_EMPTY,
        "null",
        "What an empty text in a query's answer is: Domo shows null so too. null, or empty for the"
            + " empty text; in columns of other types it is null always.",
        "null",
        "empty");
    d.choice(
        ON_CONFIG_CHANGE,
        "fail",
        "In the incremental modes, what to do when settings that shape records changed since the"
            + " stored offset: fail holds the DataSet, restart begins anew as without an offset."
            + " Snapshot mode sends the version again.",
        "fail",
        "restart");
  }

  static Map<String, Condition> conditions(String text) {
    Map<String, Condition> conditions = new LinkedHashMap<>();
    PerDataset.conditions(text)
        .forEach((dataset, condition) -> conditions.put(dataset, ConditionParser.parse(condition)));
    return conditions;
  }

  static Map<String, List<String>> cursors(String text) {
    Map<String, List<String>> cursors = PerDataset.columns(text);
    cursors.forEach(
        (dataset, names) -> {
          if (names.size() > 2 || (names.size() == 2 && names.get(0).equals(names.get(1)))) {
            throw new IllegalArgumentException(
                "\""
                    + dataset
                    + "\": expected one cursor column and at most one other as tiebreak");
          }
        });
    return cursors;
  }

  static ZoneId zone(String text) {
    try {
      return ZoneId.of(text).normalized();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no time zone such as UTC or Europe/Berlin", e);
    }
  }
}
