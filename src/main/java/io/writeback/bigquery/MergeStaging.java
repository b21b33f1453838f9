package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.Target;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables that rows wait in for their MERGE: one per batch, which nobody else writes to. Whoever
 * dies before he has dropped his leaves it to its expiration.
 */
final class MergeStaging {
  private static final Logger LOG = LoggerFactory.getLogger(MergeStaging.class);
  private static final String LABEL = "writeback-merge";
  private static final long TTL_MS = Duration.ofDays(1).toMillis();

  private final BigQueryRest rest;
  private final BigQueryJobs jobs;
  private final BigQueryTables tables;
  private final String deliveryLabel;
  private final InstantSource clock;

  MergeStaging(
      BigQueryRest rest,
      BigQueryJobs jobs,
      BigQueryTables tables,
      String deliveryId,
      InstantSource clock) {
    this.rest = rest;
    this.jobs = jobs;
    this.tables = tables;
    this.deliveryLabel = ChainIds.hash(deliveryId);
    this.clock = clock;
  }

  /** Where the rows of a batch wait; another place after each failure to load them. */
  Target of(LoadBatch batch) {
    return new Target(
        batch.target().namespace(),
        batch.target().table() + "__wb_m_" + ChainIds.hash(batch.stagingJob()).substring(0, 16));
  }

  /**
   * Loads a batch, if it is not loaded yet.
   *
   * @param target columns of the table that the rows are for: the same types wait here, so that
   *     values which do not fit are found now, one by one
   * @return rows that BigQuery refuses; then nothing was loaded
   */
  List<RejectedRow> load(LoadBatch batch, List<TableFieldSchema> target) {
    Target table = of(batch);
    Optional<Job> earlier = jobs.find(batch.stagingJob());
    if (earlier.isEmpty()) {
      tables.ensureOwn(
          table,
          columns(batch, target),
          new Table()
              .setExpirationTime(clock.millis() + TTL_MS)
              .setLabels(Map.of(LABEL, deliveryLabel)));
    }
    Job job =
        jobs.await(
            earlier.isPresent()
                ? earlier.get()
                : jobs.submitLoad(batch.stagingJob(), table, batch.finish(), Map.of()));
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isEmpty()) {
      LoadResult.checkRows(job, batch.lines());
      return List.of();
    }
    drop(batch);
    batch.renewStagingJob();
    if ("notFound".equals(error.get().getReason())) {
      throw BigQueryFaults.vanished(table, error.get());
    }
    return LoadResult.rejected(job, batch.target(), batch.finish());
  }

  private List<TableFieldSchema> columns(LoadBatch batch, List<TableFieldSchema> target) {
    List<TableFieldSchema> columns = new ArrayList<>();
    for (TableFieldSchema field : tables.columnsOf(batch.schemas())) {
      TableFieldSchema there = TableFields.find(target, field.getName()).orElse(field);
      columns.add(
          new TableFieldSchema()
              .setName(field.getName())
              .setType(there.getType())
              .setRangeElementType(there.getRangeElementType())
              .setPrecision(there.getPrecision())
              .setScale(there.getScale())
              .setMaxLength(there.getMaxLength())
              .setMode(
                  TableFields.REPEATED.equals(there.getMode())
                      ? TableFields.REPEATED
                      : TableFields.NULLABLE)
              .setFields(there.getFields()));
    }
    columns.add(own(MergeSql.OFFSET, "INTEGER"));
    columns.add(own(MergeSql.DELETED, "BOOLEAN"));
    return columns;
  }

  private static TableFieldSchema own(String name, String type) {
    return new TableFieldSchema().setName(name).setType(type).setMode(TableFields.NULLABLE);
  }

  /** Nobody reads the rows any more. */
  void drop(LoadBatch batch) {
    Target table = of(batch);
    tables.forget(table);
    try {
      rest.deleteTable(table);
    } catch (FaultException e) {
      LOG.warn("Left {} to its expiration: {}", table, e.getMessage());
    }
  }
}
