package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import io.writeback.sink.CommitOutcome.RejectedRow;
import java.util.List;
import java.util.Map;

/** What is done with the rows of a range that are for one table. Safe for use by many threads. */
interface TableWork {
  /** Makes the table fit the rows; false if the rows have to be made again to fit the table. */
  boolean fit(LoadBatch batch);

  /** Whether the job may be the register itself, if its table is the only one of the range. */
  boolean canBeRegister();

  /**
   * What has to be there before the job that counts. It may be done again.
   *
   * @return rows that BigQuery refuses; empty if the job can be submitted
   */
  List<RejectedRow> prepare(LoadBatch batch);

  /**
   * Submits the job that counts: all of its effect or none, once for each id.
   *
   * @return the job that has the id now, maybe somebody else's
   */
  Job submit(String id, LoadBatch batch, Map<String, String> labels);

  /**
   * The rows because of which a job failed.
   *
   * @throws io.writeback.retry.FaultException if the failure is not about rows
   */
  List<RejectedRow> rejected(Job failed, LoadBatch batch);

  /** The rows of a batch are in their table, by whichever job. */
  void landed(LoadBatch batch);
}
