package io.writeback.redshift;

import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables, made and changed before the transaction that fills them: a column added inside would keep
 * every reader out until the COPY ends. Remembers what it has seen. Safe for use by many threads.
 */
final class TargetTables {
  private static final Logger LOG = LoggerFactory.getLogger(TargetTables.class);

  /**
   * SQLSTATEs that say that somebody else has just done the same; 42710 is about the row type that
   * every table has.
   */
  private static final Set<String> DONE_BY_OTHERS = Set.of("42P07", "42701", "42710", "23505");

  /** SQLSTATEs that refuse a change: not possible for this column, or not allowed to this user. */
  private static final Set<String> REFUSED = Set.of("0A000", "42501", "42804", "42P16");

  private static final String COLUMNS =
      "SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale"
          + " FROM svv_columns WHERE table_schema = ? AND table_name = ?"
          + " ORDER BY ordinal_position";

  private final Sessions sessions;
  private final TypeChange typeChange;
  private final TableDesign design;
  private final Map<Target, Map<String, RedshiftType>> seen = new ConcurrentHashMap<>();
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  TargetTables(Sessions sessions, TypeChange typeChange, TableDesign design) {
    this.design = design;
    this.sessions = sessions;
    this.typeChange = typeChange;
  }

  /** Runs CREATE TABLE IF NOT EXISTS statements that have not run before. */
  void make(List<String> statements) {
    for (String statement : statements) {
      if (!made.contains(statement)) {
        change(statement);
        made.add(statement);
      }
    }
  }

  /** The columns of a table that rows with these columns go to. */
  List<Column> columnsFor(Target target, List<Column> columns) {
    Map<String, RedshiftType> existing = known(target);
    return typeChange.resolve(target, existing, columns);
  }

  /** The columns of a table as last seen; none if there is no such table. */
  Map<String, RedshiftType> known(Target target) {
    return seen.computeIfAbsent(target, this::read);
  }

  /** The columns that a table has now; none if there is no such table. */
  Map<String, RedshiftType> columns(Target target) {
    return read(target);
  }

  /** Objects with their columns named as those of the table that their rows go to. */
  List<StagedObject> mapped(Target target, List<StagedObject> objects) {
    return objects.stream().map(o -> o.with(columnsFor(target, o.columns()))).toList();
  }

  /** Makes the table and its columns such that rows with these columns can be loaded. */
  void prepare(Target target, List<Column> needed) {
    Map<String, RedshiftType> existing = known(target);
    if (existing.isEmpty()) {
      make(target, design.create(target, needed));
      existing = read(target);
    }
    List<String> statements = TableChange.alter(target, existing, needed);
    if (!statements.isEmpty()) {
      statements.forEach(statement -> alter(target, statement));
      existing = read(target);
    }
    seen.put(target, existing);
  }

  /** Looks everything up again next time, because a statement has failed. */
  void forget() {
    seen.clear();
    made.clear();
  }

  /** A table with its grants, or none: the grants would not be tried again. */
  private void make(Target target, List<String> statements) {
    if (statements.size() == 1) {
      change(statements.get(0));
      return;
    }
    sessions.call(
        "make table " + target,
        session -> {
          session.execute("BEGIN");
          try {
            for (String statement : statements) {
              session.execute(statement);
            }
            session.execute("COMMIT");
            LOG.info("Made a table: {}", statements.get(0));
          } catch (SQLException e) {
            session.execute("ROLLBACK");
            if (!DONE_BY_OTHERS.contains(e.getSQLState())) {
              throw e;
            }
          }
          return null;
        });
  }

  /**
   * A column that cannot be widened stays as it is: rows that do not fit are then refused by COPY,
   * one by one, which is better than to stop for all.
   */
  private void alter(Target target, String statement) {
    try {
      change(statement);
    } catch (FaultException e) {
      boolean widening = statement.contains(" ALTER COLUMN ");
      boolean refused =
          e.getCause() instanceof SQLException sql && REFUSED.contains(sql.getSQLState());
      if (!widening || !refused) {
        throw e;
      }
      LOG.warn(
          "A column of {} stays too narrow for some rows, which will be reported: {}",
          target,
          e.getMessage());
    }
  }

  private void change(String statement) {
    sessions.call(
        "change a table",
        session -> {
          try {
            session.execute(statement);
            if (!statement.contains("IF NOT EXISTS")) {
              LOG.info("Changed a table: {}", statement);
            }
          } catch (SQLException e) {
            boolean widened = String.valueOf(e.getMessage()).contains("size should be different");
            if (!widened && !DONE_BY_OTHERS.contains(e.getSQLState())) {
              throw e;
            }
          }
          return null;
        });
  }

  private Map<String, RedshiftType> read(Target target) {
    return sessions.call(
        "read the columns of " + target,
        session -> {
          Map<String, RedshiftType> columns = new LinkedHashMap<>();
          session.query(
              COLUMNS,
              row ->
                  columns.put(
                      row.getString(1),
                      CatalogType.of(
                          row.getString(2), row.getInt(3), row.getInt(4), row.getInt(5))),
              ColumnNames.fold(target.namespace()),
              ColumnNames.fold(target.table()));
          return columns;
        });
  }
}
