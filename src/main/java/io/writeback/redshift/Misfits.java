package io.writeback.redshift;

import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows whose schema does not go with their table, found before the table is touched: so one errant
 * record neither changes a table for everybody nor stops the load. For a table that is still to be
 * made, the first rows say what it is like.
 *
 * @param types whether rows whose values a column cannot hold exactly are reported
 * @param newColumns whether rows with a column that the table lacks are reported
 */
record Misfits(TargetTables targets, boolean types, boolean newColumns) {
  /** The rows to report of each range that has any. */
  Map<StagedRange, List<RejectedRow>> of(List<StagedRange> ranges) {
    Map<StagedRange, List<RejectedRow>> found = new LinkedHashMap<>();
    if (!types && !newColumns) {
      return found;
    }
    Map<Target, Table> tables = new HashMap<>();
    for (StagedRange range : ranges) {
      range
          .direct()
          .forEach(
              (target, objects) -> {
                Table table = tables.computeIfAbsent(target, this::table);
                for (StagedObject object : inOrderOfRows(objects)) {
                  table
                      .misfit(object.columns())
                      .ifPresent(
                          reason ->
                              range
                                  .offsets(object.key())
                                  .forEach(
                                      offset ->
                                          found
                                              .computeIfAbsent(range, r -> new ArrayList<>())
                                              .add(new RejectedRow(offset, reason))));
                }
              });
    }
    return found;
  }

  /** Objects end in another order than they begin. */
  private static List<StagedObject> inOrderOfRows(List<StagedObject> objects) {
    return objects.stream().sorted(Comparator.comparingLong(StagedObject::firstOffset)).toList();
  }

  private Table table(Target target) {
    Map<String, RedshiftType> columns = targets.known(target);
    return new Table(target, new HashMap<>(columns), columns.isEmpty(), types, newColumns);
  }

  private record Table(
      Target target,
      Map<String, RedshiftType> columns,
      boolean growing,
      boolean types,
      boolean newColumns) {
    Optional<String> misfit(List<Column> rows) {
      List<Column> theirs = UpsertColumns.withoutThem(rows);
      boolean first = columns.isEmpty();
      for (Column column : theirs) {
        RedshiftType now = columns.get(column.name());
        if (now == null) {
          if (newColumns && !first) {
            return Optional.of("field " + column.name() + " is no column of table " + target);
          }
        } else if (types
            && !TypeFit.fits(column.type(), now)
            && !TypeFit.widens(column.type(), now)) {
          return Optional.of(
              "field "
                  + column.name()
                  + " is "
                  + column.type().ddl()
                  + ", column "
                  + column.name()
                  + " of table "
                  + target
                  + " is "
                  + now.ddl()
                  + ", which cannot hold it exactly");
        }
      }
      if (growing) {
        theirs.forEach(c -> columns.merge(c.name(), c.type(), TypeFit::common));
      }
      return Optional.empty();
    }
  }
}
