package io.writeback.redshift;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** All tables of staged objects in the schema, whatever their targets. */
record StagedTables(ControlTables tables, Sessions sessions) {
  /** Their full names. */
  List<String> names(Session session) throws SQLException {
    return session
        .query(
            "SELECT table_name FROM svv_tables WHERE table_schema = ?",
            row -> row.getString(1),
            ColumnNames.fold(tables.schema()))
        .stream()
        .filter(name -> name.startsWith(ControlTables.STAGED_PREFIX))
        .sorted()
        .map(name -> Sql.table(tables.schema(), name))
        .toList();
  }

  /** Keys of all registered objects of a partition. */
  Set<String> registered(TopicPartition partition) {
    return sessions.call(
        "read staged objects",
        session -> {
          Set<String> keys = new HashSet<>();
          for (String table : names(session)) {
            keys.addAll(
                session.query(
                    "SELECT object_key FROM "
                        + table
                        + " WHERE delivery = ? AND topic = ? AND part = ?"
                        + " AND object_key IS NOT NULL",
                    row -> row.getString(1),
                    tables.delivery(),
                    partition.topic(),
                    partition.partition()));
          }
          return keys;
        });
  }
}
