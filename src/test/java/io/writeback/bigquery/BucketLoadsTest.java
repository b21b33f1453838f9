package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.standin.Await;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.gcs.GcsFault;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load jobs whose rows wait in a bucket: each row is there once, and afterwards no object is. */
class BucketLoadsTest extends BucketScenario {
  @Test
  void rowsGoThroughTheBucketAlone() {
    commit(1, 4);
    expect(4);
    bucket.isEmpty();
    assertEquals(2, bucket.service.calls("objects.insert"), "one object for each load");
    assertEquals(0, standIn.calls("upload.start"), "uploads with the job");
  }

  @ParameterizedTest
  @ValueSource(strings = {"append", "upsert", "overwrite", "create"})
  void everyModeThatLoads(String mode) {
    Map<String, String> own = new HashMap<>(config);
    own.put("write.mode", mode);
    try (Life life =
        switch (mode) {
          case "append" -> new AppendLife(standIn, own, "m", DyingProcess.never(), 4);
          case "upsert" -> new ChangeLife(standIn, own, "m", DyingProcess.never(), 4);
          default -> new SnapshotLife(standIn, own, mode, "m", DyingProcess.never(), 4);
        }) {
      life.live();
      life.holds(mode);
    }
    bucket.isEmpty();
    assertTrue(bucket.service.calls("objects.insert") > 1, "objects were written");
    assertEquals(0, standIn.calls("upload.start"), "uploads with the job");
  }

  @Test
  void aLostAnswerOfTheUpload() {
    overcome(storage("objects.insert", new GcsFault.AnswerLost()));
    bucket.isEmpty();
  }

  @Test
  void anUploadThatIsCut() {
    overcome(storage("objects.insert", new GcsFault.CutBefore()));
    bucket.isEmpty();
  }

  @Test
  void anUploadWhoseBytesChangeOnTheirWay() {
    overcome(storage("objects.insert", new GcsFault.Damaged()));
    bucket.isEmpty();
  }

  @Test
  void tooManyRequests() {
    overcome(storage("objects.insert", GcsFault.Refused.rateLimit()));
    bucket.isEmpty();
  }

  @Test
  void anOutageOfCloudStorage() {
    outlast(
        bucket.service.faults().always(c -> c.is("objects.insert"), GcsFault.Refused.backend(503)));
    bucket.isEmpty();
  }

  @Test
  void aLostAnswerOfTheJob() {
    overcome(rest("jobs.insert", "sourceUris", new BigQueryFault.AnswerLost()));
    bucket.isEmpty();
  }

  @Test
  void aJobThatFailsForNoReasonOfItsRows() {
    overcome(rest("job.effect", "load", new BigQueryFault.JobFails("backendError", "try again")));
    bucket.isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost", "cut", "503"})
  void anUploadInPiecesThatBreaksOff(String how) {
    GcsFault fault =
        switch (how) {
          case "lost" -> new GcsFault.AnswerLost();
          case "cut" -> new GcsFault.CutBefore();
          default -> GcsFault.Refused.backend(503);
        };
    FaultPlan.Handle broken = bucket.service.faults().arm(c -> c.is("upload.chunk"), 1, 1, fault);
    commitLarge(broken);
  }

  @Test
  void aZombieWhoseObjectNobodyReads() {
    BigQueryRig zombie = rig;
    Claim old = claim;
    next();
    commit(1, 3);
    assertEquals(new Moved(3), zombie.commit(zombie.range(old, 1, "z")));
    expect(3);
    bucket.isEmpty();
    assertEquals(3, bucket.service.calls("objects.insert"), "the zombie had written one too");
  }

  @Test
  void anObjectThatSomebodyDeletedIsWrittenAgain() {
    withoutItsJob(1, 4);
    assertEquals(1, bucket.names().size(), "the object waits for the next attempt");
    bucket.service.empty(LoadBucket.NAME);
    commit(1, 4);
    expect(4);
    bucket.isEmpty();
  }

  /** The job has its id then, and fails: the rows are another job's. */
  @Test
  void anObjectThatSomebodyDeletesBeforeItsJobReadsIt() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    long looked = standIn.calls("jobs.get");
    FaultPlan.Handle held = rest("job.start", "sourceUris", new BigQueryFault.JobHeld(read));
    CompletableFuture<Void> commit = CompletableFuture.runAsync(() -> commit(1, 4));
    Await.until("the job waits", () -> held.fired() == 1);
    Await.until("the job is waited for", () -> standIn.calls("jobs.get") >= looked + 3);
    assertEquals(1, bucket.names().size(), "the object is there as long as its job is not done");
    bucket.service.empty(LoadBucket.NAME);
    read.countDown();
    commit.get(60, TimeUnit.SECONDS);
    expect(4);
    bucket.isEmpty();
  }

  @Test
  void aRepetitionFindsItsObject() {
    withoutItsJob(1, 4);
    Set<String> written = bucket.names();
    withoutItsJob(1, 4);
    assertEquals(written, bucket.names());
    commit(1, 4);
    expect(4);
    bucket.isEmpty();
  }

  @Test
  void bytesOfSomebodyElseAreNeverLoaded() {
    withoutItsJob(1, 4);
    String name = bucket.names().iterator().next();
    bucket.service.put(LoadBucket.NAME, name, new byte[] {1, 2, 3});
    FaultException foreign = assertThrows(FaultException.class, () -> once(1, 4));
    assertEquals(Fault.CONFIGURATION, foreign.fault());
    assertTrue(foreign.getMessage().contains("bigquery.gcs.prefix"), foreign.getMessage());
    assertEquals(numbers(0, 1), rig.ids());
  }

  @Test
  void aBucketThatDeniesDeletionStopsNothing() {
    bucket.service.revoke("storage.objects.delete");
    commit(1, 4);
    expect(4);
    assertFalse(bucket.names().isEmpty());
  }

  @Test
  void aBucketThatDeniesWritingSaysWhatToGrant() {
    bucket.service.revoke("storage.objects.create");
    FaultException denied = assertThrows(FaultException.class, () -> once(1, 4));
    assertEquals(Fault.CONFIGURATION, denied.fault());
    assertTrue(denied.getMessage().contains("roles/storage.objectUser"), denied.getMessage());
  }

  /** An object that waits may yet be read; only one that is a day old is nobody's. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void whatWasLeftBehindIsDeletedByTheNextTask(int days) {
    Clock past = Clock.offset(Clock.systemUTC(), Duration.ofDays(-days));
    try (LoadBucket old = new LoadBucket(standIn, past)) {
      config.putAll(old.config());
      next();
      withoutItsJob(1, 4);
      Set<String> left = old.names();
      assertEquals(1, left.size());
      next();
      // Another cut, hence another object for the same job.
      commit(1, 3);
      assertEquals(days == 0 ? left : Set.of(), old.names());
      next();
      // Now there is a job of that id, and it is done.
      commit(3, 4);
      expect(4);
      assertEquals(Set.of(), old.names());
    }
  }
}
