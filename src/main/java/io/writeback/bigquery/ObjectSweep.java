package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Job;
import com.google.api.services.storage.model.StorageObject;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds objects that no job needs any more and deletes them: a few with each load, in the order of
 * their names, until all were looked at; then anew after some hours. What cannot be deleted hides
 * nothing behind it, and no failure here is one of the load. Safe for use by many threads.
 */
final class ObjectSweep {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectSweep.class);
  private static final long ABANDONED_MS = Duration.ofDays(1).toMillis();
  private static final long EVERY_MS = Duration.ofHours(6).toMillis();

  /** Each is a question about its job and a deletion, and a load waits for them. */
  private static final int AT_ONCE = 25;

  /** How the ids of all jobs of a sink begin. */
  private static final String JOB = "wb-";

  private final BucketRest bucket;
  private final String folder;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private long dueMs = Long.MIN_VALUE;
  private String from = "";

  /**
   * A sweep.
   *
   * @param folder of the delivery, with a slash at its end
   */
  ObjectSweep(BucketRest bucket, String folder, InstantSource clock) {
    this.bucket = bucket;
    this.folder = folder;
    this.clock = clock;
  }

  /** Looks at the next few, if it is time. */
  void ifDue(Function<String, Optional<Job>> jobs) {
    if (!turn.tryLock()) {
      return;
    }
    try {
      if (clock.millis() >= dueMs) {
        dueMs = clock.millis() + EVERY_MS;
        some(jobs);
      }
    } finally {
      turn.unlock();
    }
  }

  private void some(Function<String, Optional<Job>> jobs) {
    int deleted = 0;
    FaultException refused = null;
    try {
      List<StorageObject> objects = bucket.list(folder, from, AT_ONCE);
      for (StorageObject object : objects) {
        try {
          if (isUseless(object, jobs) && bucket.delete(object.getName())) {
            deleted++;
          }
        } catch (FaultException e) {
          if (e.fault() == Fault.RETRY) {
            throw e;
          }
          refused = e;
        }
      }
      goOnAfter(objects);
    } catch (FaultException e) {
      refused = e;
    }
    if (refused != null) {
      LOG.warn("Looking for objects that are of no use any more: {}", refused.getMessage());
    }
    if (deleted > 0) {
      LOG.info("Deleted {} objects below {} of earlier loads", deleted, bucket.uri(folder));
    }
  }

  /** With the next load, if there are more. */
  private void goOnAfter(List<StorageObject> objects) {
    if (objects.size() < AT_ONCE) {
      from = "";
    } else {
      // No name of ours goes on with a blank, so that this is the place behind it.
      from = objects.get(objects.size() - 1).getName() + " ";
      dueMs = Long.MIN_VALUE;
    }
  }

  /**
   * Whether no job can need an object: there is one of its id and it is done, or for a day there
   * has been none. Should an owner come back later than that, his job fails as a whole.
   */
  private boolean isUseless(StorageObject object, Function<String, Optional<Job>> jobs) {
    String rest = object.getName().substring(folder.length());
    int slash = rest.indexOf('/');
    if (slash <= 0 || !rest.startsWith(JOB)) {
      return false;
    }
    Optional<Job> job = jobs.apply(rest.substring(0, slash));
    return job.isPresent()
        ? BigQueryJobs.isDone(job.get())
        : object.getTimeCreated() != null
            && object.getTimeCreated().getValue() < clock.millis() - ABANDONED_MS;
  }
}
