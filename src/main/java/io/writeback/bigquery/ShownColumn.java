package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A column of a snapshot and where it is shown.
 *
 * @param staged name where it waits
 * @param shown name in the table that shows it
 * @param value of the staged column as the other one takes it, in SQL
 */
record ShownColumn(String staged, String shown, String value) {
  ShownColumn(String name) {
    this(name, name, BigQuerySql.quote(name));
  }

  /**
   * The columns that show those of a snapshot, added to the table where it lacks them.
   *
   * @throws io.writeback.retry.FaultException CONFIGURATION if a column cannot hold what is staged,
   *     and nothing may go beside it
   */
  static List<ShownColumn> of(BigQueryTables tables, Target target, List<TableFieldSchema> staged) {
    List<TableFieldSchema> wanted = tables.beside(tables.ensure(target, staged), staged);
    List<TableFieldSchema> actual = tables.ensure(target, wanted);
    TableUpkeep.refuseMisfit(target, actual, wanted);
    List<ShownColumn> shown = new ArrayList<>();
    for (int i = 0; i < staged.size(); i++) {
      String name = wanted.get(i).getName();
      String type =
          TableFields.find(actual, name)
              .map(column -> TableFields.canonicalType(column.getType()))
              .orElseThrow();
      shown.add(
          new ShownColumn(
              staged.get(i).getName(),
              name,
              value(staged.get(i), type).orElse(BigQuerySql.quote(staged.get(i).getName()))));
    }
    return shown;
  }

  /** SQL makes a text of nothing by itself (docs: "Conversion rules", coercion). */
  static Optional<String> value(TableFieldSchema staged, String type) {
    String from = TableFields.canonicalType(staged.getType());
    if (!type.equals("STRING") || from.equals("STRING")) {
      return Optional.empty();
    }
    String name = BigQuerySql.quote(staged.getName());
    if (TableFields.REPEATED.equals(staged.getMode())) {
      return Optional.of("ARRAY(SELECT CAST(item AS STRING) FROM UNNEST(" + name + ") AS item)");
    }
    return Optional.of(
        from.equals("JSON") ? "TO_JSON_STRING(" + name + ")" : "CAST(" + name + " AS STRING)");
  }
}
