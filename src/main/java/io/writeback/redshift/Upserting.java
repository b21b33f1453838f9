package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * COPY into a temporary table of the session before the transaction, so that the locks are short;
 * inside it rows of the staged keys are deleted from the target and the last ones inserted. Both
 * read and write the target, so its control table is locked too: several topics may feed it.
 */
record Upserting(Copier copier, ControlTables tables, SinkSettings.Upsert settings)
    implements RowLoad {
  @Override
  public List<String> locks(Collection<Target> targets) {
    return targets.stream().map(tables::control).toList();
  }

  @Override
  public void stage(Session session, List<StagedRange> ranges) throws SQLException {
    for (Map.Entry<Target, List<StagedObject>> target : StagedRange.direct(ranges).entrySet()) {
      UpsertStatements sql = statements(target.getKey(), target.getValue(), ranges);
      session.execute(sql.dropStage());
      session.execute(sql.createStage());
      copier.copy(session, sql.stage(), target.getValue());
    }
  }

  @Override
  public List<Refused> provoke(Session session, List<StagedRange> ranges) throws SQLException {
    List<Refused> refused = new ArrayList<>();
    for (Map.Entry<Target, List<StagedObject>> target : StagedRange.direct(ranges).entrySet()) {
      UpsertStatements sql = statements(target.getKey(), target.getValue(), ranges);
      session.execute(sql.dropStage());
      session.execute(sql.createStage());
      copier.provoke(session, sql.stage(), target.getValue());
      for (String column :
          session.query(UpsertStatements.NOT_NULL, r -> r.getString(1), sql.where())) {
        refused.addAll(withoutValue(session, sql, column));
      }
    }
    return refused;
  }

  /** The staging table has no constraints, because the rows of tombstones are all nulls. */
  private static List<Refused> withoutValue(Session session, UpsertStatements sql, String column)
      throws SQLException {
    return sql.columns().contains(column)
        ? session.query(
            sql.withoutValue(column),
            row ->
                new Refused(
                    row.getInt(1),
                    row.getLong(2),
                    "column " + column + ": is null, and the table's column is NOT NULL"))
        : List.of();
  }

  @Override
  public void write(Session session, List<StagedRange> due) throws SQLException {
    Set<Integer> parts =
        due.stream()
            .map(range -> range.claim().partition().partition())
            .collect(Collectors.toSet());
    for (Map.Entry<Target, List<StagedObject>> target : StagedRange.direct(due).entrySet()) {
      write(session, statements(target.getKey(), target.getValue(), due), parts);
    }
  }

  private static void write(Session session, UpsertStatements sql, Set<Integer> parts)
      throws SQLException {
    long expected = session.query(sql.countLive(parts), row -> row.getLong(1)).get(0);
    for (String statement : sql.markDeleted(parts)) {
      session.update(statement);
    }
    session.update(sql.deleteOld(parts));
    int inserted = session.update(sql.insertLast(parts));
    if (inserted != expected) {
      throw FaultException.fatal(
          "upsert into "
              + sql.target()
              + " inserted "
              + inserted
              + " rows of "
              + expected
              + " keys; nothing of it was kept",
          null);
    }
    session.execute(sql.dropStage());
  }

  private UpsertStatements statements(
      Target target, List<StagedObject> objects, List<StagedRange> ranges) {
    List<Column> columns =
        UpsertColumns.withoutThem(
            TableChange.union(objects.stream().map(StagedObject::columns).toList()));
    Set<List<String>> keys = new HashSet<>();
    ranges.forEach(range -> keys.addAll(range.keys(target)));
    if (keys.size() != 1) {
      throw FaultException.fatal(
          "rows for table "
              + target
              + " come with different keys, "
              + keys
              + ". Give them different tables, or name the fields of their key in upsert.key.fields",
          null);
    }
    return new UpsertStatements(
        target,
        columns.stream().map(Column::name).toList(),
        keys.iterator().next(),
        settings.softDelete()
            ? Optional.of(ColumnNames.fold(settings.deleteColumn()))
            : Optional.empty());
  }
}
