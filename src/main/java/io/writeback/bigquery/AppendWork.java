package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows are added to their table by one load job. */
record AppendWork(BigQueryJobs jobs, BigQueryTables tables, LoadBudget budget)
    implements TableWork {
  @Override
  public boolean fit(LoadBatch batch) {
    return tables.fits(
        batch.target(),
        tables.ensure(batch.target(), tables.columnsOf(batch.schemas())),
        batch.schemas(),
        List.of());
  }

  @Override
  public boolean canBeRegister() {
    return true;
  }

  @Override
  public List<RejectedRow> prepare(LoadBatch batch) {
    return List.of();
  }

  @Override
  public Job submit(String id, LoadBatch batch, Map<String, String> labels) {
    budget.take(batch.target());
    return jobs.submitLoad(id, batch.target(), named(batch), batch.finish(), labels);
  }

  /**
   * The columns that the load has to name: those of the rows, if the table has a default for
   * another. Without names a load is for all columns, and what lines of JSON lack is NULL (docs:
   * "Specify default column values", load jobs).
   */
  private List<TableFieldSchema> named(LoadBatch batch) {
    List<TableFieldSchema> table = tables.seen(batch.target()).orElse(List.of());
    Set<String> defaulted = TableFields.defaulted(table);
    if (defaulted.isEmpty()) {
      return List.of();
    }
    List<TableFieldSchema> rows = tables.columnsOf(batch.schemas());
    return defaulted.stream().anyMatch(name -> TableFields.find(rows, name).isEmpty())
        ? table.stream()
            .filter(column -> TableFields.find(rows, column.getName()).isPresent())
            .toList()
        : List.of();
  }

  @Override
  public List<RejectedRow> rejected(Job failed, LoadBatch batch) {
    ErrorProto error = BigQueryJobs.error(failed).orElseThrow();
    if ("notFound".equals(error.getReason())) {
      tables.forget(batch.target());
      throw BigQueryFaults.vanished(batch.target(), error);
    }
    if (LoadResult.lacksColumn(failed)) {
      // No fault of the rows: it was there when they were given to the job.
      tables.forget(batch.target());
      throw FaultException.retry(
          "table "
              + batch.target()
              + " lacks a column that it had ("
              + BigQueryFaults.withoutValues(error.getMessage())
              + "); looking at it again",
          null);
    }
    return LoadResult.rejected(failed, batch.target(), batch.finish());
  }

  @Override
  public void landed(LoadBatch batch) {
    // Nothing is left over.
  }
}
