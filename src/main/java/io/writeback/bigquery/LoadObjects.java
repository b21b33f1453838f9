package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.FaultException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

  private final BucketRest bucket;
  private final String folder;
  private final Optional<ObjectSweep> sweep;
  private final AtomicBoolean told = new AtomicBoolean();

  private LoadObjects(BucketRest bucket, String folder, Optional<ObjectSweep> sweep) {
    this.bucket = bucket;
    this.folder = folder;
    this.sweep = sweep;
  }

  /** Objects of one delivery; empty if its rows are uploaded with their jobs. */
  static Optional<LoadObjects> of(
      BigQuerySettings settings, String deliveryId, RestClients clients, InstantSource clock) {
    return of(settings, deliveryId, clients)
        .map(
            objects ->
                new LoadObjects(
                    objects.bucket,
                    objects.folder,
                    Optional.of(new ObjectSweep(objects.bucket, objects.folder, clock))));
  }

  /** As above; what others have left behind is left alone. */
  static Optional<LoadObjects> of(
      BigQuerySettings settings, String deliveryId, RestClients clients) {
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
                    Optional.empty()));
  }

  /**
   * Does with an object all that is ever done: writes it, finds it written, lists and deletes it.
   *
   * @param refused is told of each that is refused
   */
  void rehearse(String jobId, GzipRows lines, Consumer<FaultException> refused) {
    String written;
    try {
      written = put(jobId, lines);
    } catch (FaultException e) {
      refused.accept(e);
      return;
    }
    attempt(() -> put(jobId, lines), refused);
    attempt(() -> bucket.list(folder, "", 1), refused);
    attempt(
        () -> {
          if (!bucket.delete(name(written))) {
            LOG.warn("{} stays: the bucket keeps its objects. They are deleted later", written);
          }
        },
        refused);
  }

  private static void attempt(Runnable trial, Consumer<FaultException> refused) {
    try {
      trial.run();
    } catch (FaultException e) {
      refused.accept(e);
    }
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
      if (bucket.delete(name(uri))) {
        told.set(false);
      } else {
        leave(uri, "the bucket keeps its objects");
      }
    } catch (FaultException e) {
      leave(uri, e.getMessage());
    }
  }

  /** Told once, not with each load. */
  private void leave(String uri, String why) {
    if (told.compareAndSet(false, true)) {
      LOG.warn("Left {} to be deleted later, and others that cannot be: {}", uri, why);
    } else {
      LOG.debug("Left {} to be deleted later: {}", uri, why);
    }
  }

  private String name(String uri) {
    return uri.substring(bucket.uri("").length());
  }

  /**
   * Now and then, deletes what owners that died or lost a race have left behind.
   *
   * @param jobs finds a job by its id
   */
  void sweepIfDue(Function<String, Optional<Job>> jobs) {
    sweep.ifPresent(due -> due.ifDue(jobs));
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
