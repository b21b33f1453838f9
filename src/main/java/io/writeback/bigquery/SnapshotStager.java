package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.bigquery.RowPath.Written;
import io.writeback.sink.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads rows of snapshots into their staging. A batch may be loaded twice: the ordinal is the
 * identity of a row, and a promotion takes one row per ordinal.
 */
final class SnapshotStager {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStager.class);

  private final BigQueryJobs jobs;
  private final StagingTables staging;
  private final BigQueryTables tables;
  private final ManifestRegistry registry;
  private final LoadBudget budget;
  private final TypeDetours detours;
  private final Set<String> undecided = ConcurrentHashMap.newKeySet();

  SnapshotStager(
      BigQueryJobs jobs,
      StagingTables staging,
      BigQueryTables tables,
      ManifestRegistry registry,
      LoadBudget budget) {
    this.jobs = jobs;
    this.staging = staging;
    this.tables = tables;
    this.registry = registry;
    this.budget = budget;
    this.detours = TypeDetours.ofStaging(tables.naming());
  }

  /** Rows of a snapshot, made for the columns that its staging has as far as that is known. */
  LoadBatch newBatch(Target target, String snapshot, Encoders encoders) {
    Target staged = StagingTables.of(target, snapshot);
    return new LoadBatch(
        target,
        Optional.of(snapshot),
        encoders,
        LoadBatch.Rows.shaped((t, row) -> detours.of(staged, row)));
  }

  /**
   * Loads a batch.
   *
   * @return landed, or rows that BigQuery refuses, or that the rows have to be made again; then
   *     nothing of the batch was loaded
   */
  Written stage(LoadBatch batch, List<TableFieldSchema> columns) {
    String snapshot = batch.snapshot().orElseThrow();
    if (batch.lines() == 0 || isDecided(snapshot)) {
      return new Written.Landed();
    }
    Target table = StagingTables.of(batch.target(), snapshot);
    Optional<Job> earlier = jobs.find(batch.stagingJob());
    if (earlier.isEmpty()) {
      List<TableFieldSchema> staged =
          StagingTables.withoutMarkers(staging.ensure(batch.target(), snapshot, columns));
      if (detours.learn(table, staged, batch.schemas(), List.of())) {
        return new Written.Encoded();
      }
      budget.take(table);
    }
    Job job =
        jobs.await(
            earlier.isPresent()
                ? earlier.get()
                : jobs.submitLoad(batch.stagingJob(), table, batch.finish(), Map.of()));
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isEmpty()) {
      LoadResult.checkRows(job, batch.lines());
      return new Written.Landed();
    }
    batch.renewStagingJob();
    if ("notFound".equals(error.get().getReason())) {
      // Dropped under us: either the snapshot has been decided, or it has to begin again.
      tables.forget(table);
      undecided.remove(snapshot);
      throw BigQueryFaults.vanished(table, error.get());
    }
    return new Written.Refused(LoadResult.rejected(job, table, batch.finish()));
  }

  /** A decided snapshot's staging is gone for good; only the position moves on. */
  private boolean isDecided(String snapshot) {
    if (undecided.contains(snapshot)) {
      return false;
    }
    if (registry.isDecided(snapshot)) {
      LOG.info("Passing over rows of snapshot {}, which has been decided already", snapshot);
      return true;
    }
    undecided.add(snapshot);
    return false;
  }
}
