package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;

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
      shown.add(
          new ShownColumn(
              staged.get(i).getName(),
              name,
              ShownValue.of(staged.get(i), TableFields.find(actual, name).orElseThrow())));
    }
    return shown;
  }
}
