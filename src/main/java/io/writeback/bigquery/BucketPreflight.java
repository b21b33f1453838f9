package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import io.writeback.bigquery.BigQuerySettings.Bucket;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries what load jobs do with a bucket: write, list and delete an object, and load one row from
 * it. From which locations BigQuery loads into a dataset has changed over the years, so that it is
 * asked instead of a table of ours.
 */
final class BucketPreflight {
  private static final Logger LOG = LoggerFactory.getLogger(BucketPreflight.class);

  private final Bucket settings;
  private final BucketRest bucket;
  private final Function<LoadObjects, BigQueryJobs> jobs;
  private final ConfigErrors errors;

  /**
   * A trial.
   *
   * @param jobs loads whose rows wait there
   */
  BucketPreflight(
      Bucket settings,
      BucketRest bucket,
      Function<LoadObjects, BigQueryJobs> jobs,
      ConfigErrors errors) {
    this.settings = settings;
    this.bucket = bucket;
    this.jobs = jobs;
    this.errors = errors;
  }

  /**
   * Tries.
   *
   * @param table one to load a row into, which has an ordinal
   */
  void check(Target table) {
    String id = "wb-check-" + UUID.randomUUID();
    GzipRows row = new GzipRows();
    byte[] line = ("{\"" + BigQuerySql.ROW_COLUMN + "\":1}\n").getBytes(StandardCharsets.UTF_8);
    row.add(line, line.length, 0);
    row.close();
    try {
      writeAndDelete((settings.prefix().isEmpty() ? "" : settings.prefix() + "/") + id, row);
      load(id, table, row);
    } catch (FaultException e) {
      if (e.fault() == Fault.RETRY) {
        LOG.warn("Validation could not finish with the bucket: {}", e.getMessage());
      } else {
        errors.error(BucketKeys.BUCKET, e.getMessage());
      }
    }
  }

  private void writeAndDelete(String name, GzipRows row) {
    bucket.put(name, LoadObjects.CONTENT_TYPE, row.array(), row.length());
    bucket.list(name, 1);
    bucket.delete(name);
  }

  private void load(String id, Target table, GzipRows row) {
    BigQueryJobs loads =
        jobs.apply(new LoadObjects(bucket, settings.prefix(), id, InstantSource.system()));
    Job job = loads.await(loads.submitLoad(id, table, row, Map.of()));
    Optional<ErrorProto> error = BigQueryJobs.error(job);
    if (error.isPresent()) {
      throw BigQueryFaults.of("loading from " + bucket.uri(""), error.get());
    }
  }
}
