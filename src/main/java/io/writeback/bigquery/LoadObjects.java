package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import com.google.api.services.storage.model.StorageObject;
import io.writeback.retry.FaultException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of load jobs that wait in a bucket. The id of the job stays the only thing that decides:
 *
 * <ul>
 *   <li>An object is named {@code <prefix>/<delivery>/<job id>/<hash of its bytes>.json.gz} and
 *       never changes. Two owners who cut a range elsewhere and race for one id write two objects,
 *       and the job that wins names its own alone; a repetition finds what it has written before.
 *   <li>An object is deleted once a job of its id is done: the id is taken for good then, so that
 *       no job can need the object any more, whoever wrote it.
 *   <li>Without such a job it may yet be needed, so that it stays for a day. Should its owner come
 *       back later still, his job fails as a whole, and he writes it again for the next id.
 * </ul>
 *
 * Bytes are compressed without a Content-Encoding: BigQuery sees that by itself, and nobody on the
 * way decompresses them. Safe for use by many threads.
 */
final class LoadObjects {
  static final String CONTENT_TYPE = "application/gzip";

  private static final Logger LOG = LoggerFactory.getLogger(LoadObjects.class);
  private static final long ABANDONED_MS = Duration.ofDays(1).toMillis();
  private static final long SWEEP_MS = Duration.ofHours(6).toMillis();
  private static final int SWEEP_OBJECTS = 1_000;

  private final BucketRest bucket;
  private final String folder;
  private final InstantSource clock;
  private final AtomicLong nextSweep = new AtomicLong(Long.MIN_VALUE);

  private LoadObjects(BucketRest bucket, String folder, InstantSource clock) {
    this.bucket = bucket;
    this.folder = folder;
    this.clock = clock;
  }

  /** Objects of one delivery; empty if its rows are uploaded with their jobs. */
  static Optional<LoadObjects> of(
      BigQuerySettings settings, String deliveryId, RestClients clients, InstantSource clock) {
    String delivery = String.join("\0", settings.project(), settings.dataset(), deliveryId);
    return settings
        .bucket()
        .map(
            bucket ->
                new LoadObjects(
                    new BucketRest(clients.storage().orElseThrow(), bucket.name()),
                    (bucket.prefix().isEmpty() ? "" : bucket.prefix() + "/")
                        + ChainIds.hash(delivery)
                        + "/",
                    clock));
  }

  /**
   * Does with an object all that is ever done.
   *
   * @throws FaultException if anything of it is refused
   */
  void rehearse(String jobId, GzipRows lines) {
    String written = put(jobId, lines);
    bucket.list(folder, 1);
    bucket.delete(written.substring(bucket.uri("").length()));
  }

  /**
   * Writes the rows of a job, if they are not there yet.
   *
   * @return the address that the job names
   */
  String put(String jobId, GzipRows lines) {
    String name = folder + jobId + "/" + hash(lines) + ".json.gz";
    bucket.put(name, CONTENT_TYPE, lines.array(), lines.length());
    return bucket.uri(name);
  }

  /** A job has this id now: what was written for it is of no use, unless the job names it. */
  void settle(Job job, String written) {
    if (!addresses(job).contains(written)) {
      delete(job, written);
    }
  }

  /** A job is done and its objects are of no use any more. */
  void release(Job done) {
    addresses(done).forEach(uri -> delete(done, uri));
  }

  private static List<String> addresses(Job job) {
    if (job.getConfiguration() == null || job.getConfiguration().getLoad() == null) {
      return List.of();
    }
    List<String> uris = job.getConfiguration().getLoad().getSourceUris();
    return uris == null ? List.of() : uris;
  }

  /** Only what was written for this very job. What cannot be deleted is left to a sweep. */
  private void delete(Job job, String uri) {
    String own = folder + job.getJobReference().getJobId() + "/";
    if (!uri.startsWith(bucket.uri(own))) {
      return;
    }
    try {
      bucket.delete(uri.substring(bucket.uri("").length()));
    } catch (FaultException e) {
      LOG.warn("Left {} to be deleted later: {}", uri, e.getMessage());
    }
  }

  /**
   * Now and then, deletes what owners that died or lost a race have left behind.
   *
   * @param jobs finds a job by its id
   */
  void sweepIfDue(Function<String, Optional<Job>> jobs) {
    long now = clock.millis();
    long due = nextSweep.get();
    if (now < due || !nextSweep.compareAndSet(due, now + SWEEP_MS)) {
      return;
    }
    int deleted = 0;
    try {
      for (StorageObject object : bucket.list(folder, SWEEP_OBJECTS)) {
        if (isUseless(object, jobs, now)) {
          bucket.delete(object.getName());
          deleted++;
        }
      }
    } catch (FaultException e) {
      LOG.warn("Looking for objects that are of no use any more: {}", e.getMessage());
    }
    if (deleted > 0) {
      LOG.info("Deleted {} objects below {} of earlier loads", deleted, bucket.uri(folder));
    }
  }

  private boolean isUseless(StorageObject object, Function<String, Optional<Job>> jobs, long now) {
    String rest = object.getName().substring(folder.length());
    int slash = rest.indexOf('/');
    if (slash <= 0) {
      return false;
    }
    Optional<Job> job = jobs.apply(rest.substring(0, slash));
    return job.isPresent()
        ? BigQueryJobs.isDone(job.get())
        : object.getTimeCreated() != null
            && object.getTimeCreated().getValue() < now - ABANDONED_MS;
  }

  private static String hash(GzipRows lines) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(lines.array(), 0, lines.length());
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
