package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The DDL that a table needs before rows with certain columns can be loaded. Pure. */
final class TableChange {
  private TableChange() {}

  /** The columns of several sets of rows as one, each with a type for all. */
  static List<Column> union(Collection<List<Column>> rows) {
    Map<String, RedshiftType> union = new LinkedHashMap<>();
    for (List<Column> columns : rows) {
      for (Column column : columns) {
        union.merge(column.name(), column.type(), TypeFit::common);
      }
    }
    return union.entrySet().stream().map(e -> new Column(e.getKey(), e.getValue())).toList();
  }

  static String create(Target target, List<Column> columns) {
    return "CREATE TABLE IF NOT EXISTS " + Sql.table(target) + definitions(columns);
  }

  /** A table of the session alone. */
  static String temporary(String name, List<Column> columns) {
    return "CREATE TEMP TABLE " + Sql.identifier(name) + definitions(columns);
  }

  private static String definitions(List<Column> columns) {
    return columns.stream()
        .map(TableChange::definition)
        .collect(Collectors.joining(", ", " (", ")"));
  }

  /**
   * The statements that make the columns fit; each must run in a transaction of its own, because
   * Redshift adds one column at a time and changes types in no transaction block.
   *
   * @param existing columns of the table
   * @throws FaultException a CONFIGURATION fault, if a column cannot take the values
   */
  static List<String> alter(
      Target target, Map<String, RedshiftType> existing, List<Column> needed) {
    List<String> statements = new ArrayList<>();
    for (Column column : needed) {
      RedshiftType now = existing.get(column.name());
      String table = "ALTER TABLE " + Sql.table(target);
      if (now == null) {
        statements.add(table + " ADD COLUMN " + definition(column));
      } else if (TypeFit.widens(column.type(), now)) {
        statements.add(
            table
                + " ALTER COLUMN "
                + Sql.identifier(column.name())
                + " TYPE "
                + column.type().roomy().ddl());
      } else if (!TypeFit.fits(column.type(), now)) {
        throw FaultException.configuration(
            "column "
                + column.name()
                + " of table "
                + target
                + " is "
                + now.ddl()
                + ", the records bring "
                + column.type().ddl()
                + ", which it cannot hold exactly. Change the column, or give the records another"
                + " table in table.map",
            null);
      }
    }
    return statements;
  }

  private static String definition(Column column) {
    return Sql.identifier(column.name()) + " " + column.type().roomy().ddl();
  }
}
