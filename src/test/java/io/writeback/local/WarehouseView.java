package io.writeback.local;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A warehouse as a reader sees it: through its own client library, with its own SQL. */
abstract class WarehouseView implements AutoCloseable {
  /** {@code bigquery} or {@code redshift}. */
  abstract String name();

  /** Quotes a table of the local pipeline. */
  abstract String table(String table);

  abstract String quote(String identifier);

  /**
   * Runs a query.
   *
   * @return the rows, each cell as text or null; empty if the table does not exist
   */
  abstract Optional<List<List<String>>> query(String sql) throws Exception;

  abstract String dayNumber(String column);

  abstract String secondNumber(String expression);

  abstract String md5(String column);

  @Override
  public abstract void close();

  /** How many rows the table shows; empty while there is no table. */
  final Optional<Long> count(String table) throws Exception {
    return query("SELECT COUNT(*) FROM " + table(table))
        .map(rows -> Long.valueOf(rows.get(0).get(0)));
  }

  /** The table in figures; empty while there is no table. */
  final Optional<TableSummary> summary(String table, List<Column> schema) throws Exception {
    String figures =
        schema.stream()
            .map(column -> figures(column.type(), column(column)))
            .collect(Collectors.joining(", "));
    return query("SELECT COUNT(*), " + figures + " FROM " + table(table))
        .map(rows -> read(rows.get(0), schema));
  }

  /** All rows of a table with text columns, each with its number of copies; empty without table. */
  final Optional<Map<List<String>, Integer>> cells(String table, List<Column> schema)
      throws Exception {
    String columns = schema.stream().map(this::column).collect(Collectors.joining(", "));
    return query("SELECT " + columns + " FROM " + table(table)).map(WarehouseView::copies);
  }

  /** Rows with their number of copies. */
  static Map<List<String>, Integer> copies(List<List<String>> rows) {
    Map<List<String>, Integer> copies = new HashMap<>();
    rows.forEach(row -> copies.merge(row, 1, Integer::sum));
    return copies;
  }

  /** A column under the name that it has outside of Domo by default: Avro knows no other signs. */
  private String column(Column column) {
    String name = column.name().replaceAll("[^A-Za-z0-9_]", "_");
    return quote(name.matches("[0-9].*") ? "_" + name : name);
  }

  private String figures(DomoType type, String c) {
    String rest =
        switch (type) {
          case LONG, DOUBLE, DECIMAL -> "SUM(" + c + ")";
          case DATE -> "SUM(" + dayNumber(c) + ")";
          case DATETIME -> secondNumber("MIN(" + c + ")") + ", " + secondNumber("MAX(" + c + ")");
          case STRING -> "SUM(LENGTH(" + c + ")), MIN(" + md5(c) + "), MAX(" + md5(c) + ")";
        };
    return "COUNT(" + c + "), " + rest;
  }

  private static TableSummary read(List<String> row, List<Column> schema) {
    List<List<String>> columns = new ArrayList<>();
    int at = 1;
    for (Column column : schema) {
      int figures = TableSummary.figures(column.type());
      columns.add(new ArrayList<>(row.subList(at, at + figures)));
      at += figures;
    }
    return new TableSummary(Long.parseLong(row.get(0)), columns);
  }
}
