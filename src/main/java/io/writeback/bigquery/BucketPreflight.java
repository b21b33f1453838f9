package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries what load jobs do with a bucket: write, list and delete an object, and load one row from
 * it. From which locations BigQuery loads into a dataset has changed over the years, so that it is
 * asked instead of a table of ours.
 *
 * @param jobs loads whose rows wait in the bucket
 */
record BucketPreflight(LoadObjects objects, BigQueryJobs jobs, ConfigErrors errors) {
  private static final Logger LOG = LoggerFactory.getLogger(BucketPreflight.class);

  /**
   * Tries.
   *
   * @param table one to load a row into, which has an ordinal
   */
  void check(Target table) {
    GzipRows row = new GzipRows();
    byte[] line = ("{\"" + BigQuerySql.ROW_COLUMN + "\":1}\n").getBytes(StandardCharsets.UTF_8);
    row.add(line, line.length, 0);
    row.close();
    AtomicBoolean works = new AtomicBoolean(true);
    objects.rehearse(
        name(),
        row,
        refused -> {
          works.set(false);
          report(refused);
        });
    if (works.get()) {
      load(table, row);
    }
  }

  /** Another name each time, since one can be written and deleted once a second only. */
  private static String name() {
    return "wb-check-" + UUID.randomUUID();
  }

  private void load(Target table, GzipRows row) {
    try {
      Job job = jobs.await(jobs.submitLoad(name(), table, row, Map.of()));
      Optional<ErrorProto> error = BigQueryJobs.error(job);
      if (error.isPresent()) {
        throw BigQueryFaults.of("loading a row from the bucket", error.get());
      }
    } catch (FaultException e) {
      report(e);
    }
  }

  private void report(FaultException refused) {
    if (refused.fault() == Fault.RETRY) {
      LOG.warn("Validation could not finish with the bucket: {}", refused.getMessage());
    } else {
      errors.error(BucketKeys.BUCKET, refused.getMessage());
    }
  }
}
