package io.writeback.standin.bigquery.catalog;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tables in DuckDB that hold the rows. */
final class PhysicalTables {
  /** A query that has just resolved its tables may still read one that is dropped now. */
  private static final long GRACE = Duration.ofMinutes(2).toMillis();

  private final Catalog catalog;
  private final Clock clock;
  private final Deque<Dropped> dropped = new ArrayDeque<>();

  private record Dropped(StoredTable table, long at) {}

  PhysicalTables(Catalog catalog, Clock clock) {
    this.catalog = catalog;
    this.clock = clock;
  }

  void create(StoredTable table) {
    List<String> columns = new ArrayList<>();
    if (table.ingestionPartitioned()) {
      columns.add(partitionColumn(table));
    }
    for (Field field : table.schema().fields()) {
      columns.add(
          Identifiers.quote(field.name())
              + " "
              + field.duckType()
              + (field.required() ? " NOT NULL" : "")
              + DefaultValues.clause(field));
    }
    if (columns.isEmpty()) {
      // DuckDB has no table without columns; the first schema replaces this one.
      columns.add("\"\" BOOLEAN");
    }
    try (StoreSession session = catalog.session()) {
      session.execute("CREATE TABLE " + table.physical() + "(" + String.join(", ", columns) + ")");
    }
    reap();
  }

  private static String partitionColumn(StoredTable table) {
    return StoredTable.PARTITION_TIME + " TIMESTAMPTZ DEFAULT " + partitionNow(table);
  }

  private static String partitionNow(StoredTable table) {
    String unit = table.properties().path("timePartitioning").path("type").asText("DAY");
    return "date_trunc('" + unit.toLowerCase(java.util.Locale.ROOT) + "', now())";
  }

  /** Streamed rows get to the partition of the time. */
  void settle(StoredTable table) {
    if (table.ingestionPartitioned()) {
      try (StoreSession session = catalog.session()) {
        session.execute(
            "UPDATE "
                + table.physical()
                + " SET "
                + StoredTable.PARTITION_TIME
                + " = "
                + partitionNow(table)
                + " WHERE "
                + StoredTable.PARTITION_TIME
                + " IS NULL");
      }
    }
  }

  void createAs(StoreSession session, StoredTable table, String select) {
    create(table);
    List<String> names = table.schema().names().stream().map(Identifiers::quote).toList();
    session.appendTo(table);
    session.run(
        () -> {
          try (Statement statement = session.connection().createStatement()) {
            statement.execute(
                "INSERT INTO "
                    + table.physical()
                    + " ("
                    + String.join(", ", names)
                    + ") "
                    + select);
            return null;
          } catch (java.sql.SQLException e) {
            drop(table);
            throw e;
          }
        });
  }

  /** The columns of a SELECT in DuckDB's dialect. */
  TableSchema describe(StoreSession session, String select) {
    List<Field> fields = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    StoreSession.Work<Void> work =
        () -> {
          try (Statement statement = session.connection().createStatement();
              ResultSet rows = statement.executeQuery("SELECT * FROM (" + select + ") LIMIT 0")) {
            ResultSetMetaData columns = rows.getMetaData();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
              String name = columns.getColumnName(i);
              if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw ApiException.invalidQuery(
                    "Duplicate column names in the result are not supported. Found duplicate(s): "
                        + name);
              }
              fields.add(ResultColumns.field(name, columns.getColumnTypeName(i)));
            }
            return null;
          }
        };
    session.run(work);
    return new TableSchema(fields);
  }

  void alter(StoreSession session, StoredTable table, List<String> ddl) {
    for (String change : ddl) {
      session.execute("ALTER TABLE " + table.physical() + " " + change);
    }
    if (!ddl.isEmpty() && table.schema().isEmpty()) {
      session.execute("ALTER TABLE " + table.physical() + " DROP COLUMN \"\"");
    }
  }

  void drop(StoredTable table) {
    if (table.viewQuery().isEmpty()) {
      synchronized (dropped) {
        dropped.add(new Dropped(table, clock.millis()));
      }
    }
    reap();
  }

  private void reap() {
    List<StoredTable> due = new ArrayList<>();
    synchronized (dropped) {
      while (!dropped.isEmpty() && dropped.peekFirst().at() < clock.millis() - GRACE) {
        due.add(dropped.removeFirst().table());
      }
    }
    if (!due.isEmpty()) {
      try (StoreSession session = catalog.session()) {
        due.forEach(table -> session.execute("DROP TABLE IF EXISTS " + table.physical()));
      }
    }
  }

  long rowCount(StoredTable table) {
    try (StoreSession session = catalog.session()) {
      return session.run(
          () -> {
            try (Statement statement = session.connection().createStatement();
                ResultSet rows =
                    statement.executeQuery("SELECT count(*) FROM " + table.physical())) {
              rows.next();
              return rows.getLong(1);
            }
          });
    }
  }
}
