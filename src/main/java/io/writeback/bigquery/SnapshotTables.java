package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables of write.mode=create. The transaction of the control row binds a number to a snapshot;
 * then its table is made under that name, as often as it takes: it bears the snapshot in a label,
 * so that a table of the same name that somebody else made is noticed.
 */
final class SnapshotTables {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotTables.class);
  private static final String LABEL = "writeback-shows";

  private final String format;
  private final BigQueryRest rest;
  private final BigQueryTables tables;
  private final BigQueryQueries queries;
  private final BigQuerySql sql;

  /**
   * Tables of snapshots.
   *
   * @param format of their names, over {table} and {counter}
   */
  SnapshotTables(
      String format,
      BigQueryRest rest,
      BigQueryTables tables,
      BigQueryQueries queries,
      BigQuerySql sql) {
    this.format = format;
    this.rest = rest;
    this.tables = tables;
    this.queries = queries;
    this.sql = sql;
  }

  Target named(Target target, long counter) {
    return new Target(
        target.namespace(),
        format
            .replace("{table}", target.table())
            .replace("{counter}", String.format(Locale.ROOT, "%d", counter)));
  }

  /** The first number after one whose table is not there. */
  long free(Target target, long after) {
    long counter = after + 1;
    while (rest.findTable(named(target, counter)).isPresent()) {
      counter++;
    }
    return counter;
  }

  /**
   * Makes the table of a snapshot, unless it is there.
   *
   * @param staging its rows, or null if it has none
   */
  void make(
      Target target,
      long counter,
      String snapshot,
      Target staging,
      List<TableFieldSchema> columns) {
    Target table = named(target, counter);
    String label = StagingTables.name(snapshot);
    Table made = tables.made(table, columns, Map.of(LABEL, label));
    if (staging == null) {
      rest.insertTable(table, made);
    } else {
      Job done =
          queries.run(
              BigQueryQueries.newId(),
              SqlStatement.of(sql.createFrom(table, staging, columns, made)));
      Optional<ErrorProto> error = BigQueryJobs.error(done);
      if (error.isPresent() && !"duplicate".equals(error.get().getReason())) {
        throw BigQueryFaults.of("making table " + table, error.get());
      }
    }
    Optional<Table> there = rest.findTable(table);
    String shown = there.map(Table::getLabels).map(labels -> labels.get(LABEL)).orElse("");
    if (!shown.equals(label)) {
      throw FaultException.configuration(
          "table "
              + table
              + " was to show snapshot "
              + snapshot
              + ", but somebody else has made it: rename or drop it",
          null);
    }
    if (made.getTableConstraints() != null && there.get().getTableConstraints() == null) {
      // CREATE TABLE AS takes constraints only with a list of all columns and their types.
      rest.patchTable(table, new Table().setTableConstraints(made.getTableConstraints()), null);
    }
    LOG.info("Table {} shows snapshot {}", table, snapshot);
  }
}
