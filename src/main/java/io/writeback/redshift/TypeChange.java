package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What becomes of a field whose type no longer fits its column. Pure. */
enum TypeChange {
  /** Nothing is loaded until somebody changes the column. */
  FAIL,
  /** Its values go to a column of their own, named after the type. */
  COLUMN,
  /** The records are reported as errant, and the table stays as it is. */
  REPORT;

  static TypeChange of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * The columns that rows go to.
   *
   * @param existing columns of the table
   */
  List<Column> resolve(Target target, Map<String, RedshiftType> existing, List<Column> columns) {
    if (this != COLUMN) {
      return columns;
    }
    List<Column> resolved = new ArrayList<>(columns.size());
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      RedshiftType now = existing.get(column.name());
      boolean fits =
          now == null || TypeFit.fits(column.type(), now) || TypeFit.widens(column.type(), now);
      Column there =
          fits
              ? column
              : new Column(
                  ColumnNames.fold(
                      column.name() + "__" + column.type().kind().name().toLowerCase(Locale.ROOT)),
                  column.type());
      if (!names.add(there.name())) {
        throw FaultException.configuration(
            "field "
                + column.name()
                + " does not fit its column of table "
                + target
                + ", and the records have a field with the name of the other one, "
                + there.name(),
            null);
      }
      resolved.add(there);
    }
    return resolved;
  }
}
