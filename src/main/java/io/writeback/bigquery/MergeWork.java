package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Upserts without change data capture: rows are loaded beside their table, and one MERGE takes the
 * last of each key over. The MERGE is the job that counts. What it reads belongs to one batch of
 * one owner, so whoever's MERGE has the id, it works on exactly the rows of the range.
 */
final class MergeWork implements TableWork {
  /** Types by which rows cannot be told apart (docs: "Data types", groupable and comparable). */
  private static final Set<String> NO_KEY =
      Set.of("FLOAT", "RECORD", "JSON", "GEOGRAPHY", "INTERVAL", "RANGE");

  private final BigQueryJobs jobs;
  private final BigQueryQueries queries;
  private final BigQueryTables tables;
  private final MergeStaging staging;
  private final BigQuerySql sql;
  private final KeyedRows keys;
  private final Optional<String> deleteColumn;

  /** Statements that change one table wait for each other here rather than fail there. */
  private final Map<Target, Lock> locks = new ConcurrentHashMap<>();

  /**
   * The work.
   *
   * @param deleteColumn for soft deletes
   */
  MergeWork(
      BigQueryJobs jobs,
      BigQueryQueries queries,
      BigQueryTables tables,
      MergeStaging staging,
      BigQuerySql sql,
      KeyedRows keys,
      Optional<String> deleteColumn) {
    this.jobs = jobs;
    this.queries = queries;
    this.tables = tables;
    this.staging = staging;
    this.sql = sql;
    this.keys = keys;
    this.deleteColumn = deleteColumn.map(tables.naming()::of);
  }

  /** Its registers name their tables, whose merges hang on them. */
  @Override
  public boolean canBeRegister() {
    return false;
  }

  @Override
  public boolean fit(LoadBatch batch) {
    List<TableFieldSchema> wanted = new ArrayList<>(tables.columnsOf(batch.schemas()));
    deleteColumn.ifPresent(
        name -> {
          if (TableFields.find(wanted, name).isPresent()) {
            throw FaultException.configuration(
                "records for "
                    + batch.target()
                    + " have a field "
                    + name
                    + ", which soft deletes set: give "
                    + SinkConfig.UPSERT_DELETE_COLUMN
                    + " another name",
                null);
          }
          wanted.add(
              new TableFieldSchema()
                  .setName(name)
                  .setType("BOOLEAN")
                  .setMode(TableFields.NULLABLE));
        });
    List<String> key = keys.of(batch.target());
    List<TableFieldSchema> actual = tables.ensureKeyed(batch.target(), wanted, key);
    for (String name : key) {
      TableFieldSchema column = TableFields.find(actual, name).orElseThrow();
      String type = TableFields.canonicalType(column.getType());
      if (NO_KEY.contains(type) || TableFields.REPEATED.equals(column.getMode())) {
        throw FaultException.configuration(
            "column "
                + name
                + " of "
                + batch.target()
                + " is "
                + type
                + ", by which BigQuery cannot tell rows apart: choose other fields in "
                + SinkConfig.UPSERT_KEY_FIELDS,
            null);
      }
    }
    return tables.fits(batch.target(), actual, batch.schemas(), key);
  }

  @Override
  public List<RejectedRow> prepare(LoadBatch batch) {
    Table target = target(batch);
    List<RejectedRow> refused = staging.load(batch, BigQueryTables.fields(target));
    if (!refused.isEmpty()) {
      return refused;
    }
    List<String> there =
        tables.columnsOf(batch.schemas()).stream().map(TableFieldSchema::getName).toList();
    List<String> required =
        BigQueryTables.fields(target).stream()
            .filter(column -> TableFields.REQUIRED.equals(column.getMode()))
            .filter(
                column ->
                    column.getDefaultValueExpression() == null
                        || there.stream().anyMatch(column.getName()::equalsIgnoreCase))
            .map(TableFieldSchema::getName)
            .toList();
    return required.isEmpty() ? List.of() : withoutValue(batch, there, required);
  }

  /** A MERGE would fail as a whole for one of them. */
  private List<RejectedRow> withoutValue(
      LoadBatch batch, List<String> there, List<String> required) {
    List<RejectedRow> refused = new ArrayList<>();
    for (String column : required) {
      boolean staged = there.stream().anyMatch(column::equalsIgnoreCase);
      String text = MergeSql.withoutValue(sql.table(staging.of(batch)), staged ? column : null);
      for (BigQueryQueries.Row row : queries.rows(SqlStatement.of(text))) {
        refused.add(
            new RejectedRow(
                row.number(MergeSql.OFFSET), "REQUIRED column " + column + " has no value"));
      }
      if (!refused.isEmpty()) {
        batch.renewStagingJob();
        return refused;
      }
    }
    return refused;
  }

  @Override
  public Job submit(String id, LoadBatch batch, Map<String, String> labels) {
    Table target = target(batch);
    MergeSql merge =
        new MergeSql(
            sql.table(batch.target()),
            sql.table(staging.of(batch)),
            tables.columnsOf(batch.schemas()).stream().map(TableFieldSchema::getName).toList(),
            BigQueryTables.fields(target).stream().map(TableFieldSchema::getName).toList(),
            TableFields.defaulted(BigQueryTables.fields(target)),
            keys.of(batch.target()),
            deleteColumn,
            TablePartitioning.required(target, "t."));
    Lock lock = locks.computeIfAbsent(batch.target(), t -> new ReentrantLock());
    lock.lock();
    try {
      return jobs.await(jobs.submitQuery(id, SqlStatement.of(merge.text()), labels));
    } finally {
      lock.unlock();
    }
  }

  private Table target(LoadBatch batch) {
    Optional<Table> table = tables.find(batch.target());
    boolean whole =
        table
            .map(BigQueryTables::fields)
            .filter(
                columns -> TableFields.grown(columns, tables.columnsOf(batch.schemas())).isEmpty())
            .isPresent();
    if (!whole) {
      // Dropped, or a column of it, since the batch was found to fit.
      tables.forget(batch.target());
      throw BigQueryFaults.vanished(batch.target());
    }
    return table.get();
  }

  @Override
  public List<RejectedRow> rejected(Job failed, LoadBatch batch) {
    ErrorProto error = BigQueryJobs.error(failed).orElseThrow();
    if ("notFound".equals(error.getReason())) {
      // The table, or the rows beside it, which expire: both are made again.
      batch.renewStagingJob();
      tables.forget(batch.target());
      throw BigQueryFaults.vanished(batch.target());
    }
    throw BigQueryFaults.of("merging rows into " + batch.target(), error);
  }

  @Override
  public void landed(LoadBatch batch) {
    staging.drop(batch);
  }
}
