package io.writeback.bigquery;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Deaths while rows go through a bucket: objects, jobs, deletions. The service dates its objects
 * two days back, so that whoever comes next may delete all that no job has taken; even that must
 * lose nothing, and in the end nothing is left.
 */
class BucketCrashTest extends CrashScenario {
  private final LoadBucket bucket =
      new LoadBucket(standIn, Clock.offset(Clock.systemUTC(), Duration.ofDays(-2)));

  BucketCrashTest() {
    super(40);
  }

  @AfterAll
  void stopBucket() {
    bucket.close();
  }

  @Test
  void appended() {
    everyDeath(
        "bucket_load",
        (standIn, run, process, cut) ->
            new AppendLife(standIn, bucket.config(), run, process, cut));
    bucket.isEmpty();
  }

  @Test
  void merged() {
    everyDeath(
        "bucket_merge",
        (standIn, run, process, cut) ->
            new ChangeLife(standIn, bucket.config(), run, process, cut));
    bucket.isEmpty();
  }

  @Test
  void staged() {
    everyDeath(
        "bucket_overwrite",
        (standIn, run, process, cut) ->
            new SnapshotLife(standIn, bucket.config(), "overwrite", run, process, cut));
    bucket.isEmpty();
  }
}
