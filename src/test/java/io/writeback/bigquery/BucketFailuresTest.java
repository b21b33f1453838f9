package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.storage.Storage;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Rejected;
import io.writeback.sink.Target;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.gcs.GcsFault;
import io.writeback.standin.http.ForwardProxy;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Cloud Storage may answer, or not answer, to a task whose rows go through a bucket. */
class BucketFailuresTest extends BucketScenario {
  private static final GcsFault KEPT =
      new GcsFault.Refused(
          403,
          "retentionPolicyNotMet",
          "Object 'loads/o' is subject to bucket's retention policy and cannot be deleted or"
              + " overwritten until 2026-12-01");

  private FaultException refused() {
    FaultException refused = assertThrows(FaultException.class, () -> once(1, 4));
    assertFalse(refused.getMessage().contains("BigQuery"), refused.getMessage());
    return refused;
  }

  private void isForTheUser(String words) {
    FaultException refused = refused();
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void anErrorOfTheBackend(int status) {
    overcome(storage("objects.insert", GcsFault.Refused.backend(status)));
    bucket.isEmpty();
  }

  @Test
  void anUploadWithoutAnAnswerInTime() {
    config.put("bigquery.request.timeout.ms", "3000");
    next();
    CountDownLatch answer = new CountDownLatch(1);
    FaultPlan.Handle silent = storage("objects.insert", new GcsFault.Silent(answer));
    FaultException out = refused();
    assertEquals(1, silent.fired());
    assertEquals(Fault.RETRY, out.fault());
    assertTrue(out.getMessage().contains("no answer from Cloud Storage"), out.getMessage());
    answer.countDown();
    commit(1, 4);
    expect(4);
    bucket.isEmpty();
  }

  @Test
  void aTokenThatExpiresInMidRun() {
    overcomeExpiredTokens();
    bucket.isEmpty();
  }

  @Test
  void aTokenThatIsRefusedHoweverNewItIs() {
    FaultPlan.Handle fault =
        always("objects.insert", new GcsFault.Refused(401, "authError", "Invalid Credentials"));
    isForTheUser("bigquery.credentials");
    fault.disarm();
    commit(1, 4);
    expect(4);
  }

  @Test
  void aBucketThatIsGone() {
    config.put("bigquery.gcs.bucket", "absent");
    next();
    isForTheUser("bigquery.gcs.bucket");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void anUploadInPiecesThatIsLost(int status) {
    commitLarge(
        bucket
            .service
            .faults()
            .arm(
                c -> c.is("upload.chunk"),
                1,
                1,
                new GcsFault.Refused(status, "notFound", "Not Found")));
  }

  /** A bucket that keeps objects may refuse to replace one before it looks at conditions. */
  @ParameterizedTest
  @ValueSource(strings = {"retentionPolicyNotMet", "forbidden"})
  void anObjectThatIsThereAndMayNotBeReplaced(String reason) {
    withoutItsJob(1, 4);
    overcome(
        storage("objects.insert", new GcsFault.Refused(403, reason, "storage.objects.delete")));
    bucket.isEmpty();
  }

  @Test
  void aBucketThatKeepsObjectsForATime() {
    FaultPlan.Handle kept = always("objects.delete", KEPT);
    commit(1, 4);
    expect(4);
    assertTrue(kept.fired() > 0, "deletion was tried");
    assertEquals(1, bucket.names().size());
    kept.disarm();
    next();
    commit(4, 5);
    expect(5);
    bucket.isEmpty();
  }

  @Test
  void anOrganizationPolicyIsNoTakenName() {
    always(
        "objects.insert",
        new GcsFault.Refused(412, "orgPolicyConstraintFailed", "Constraint violated"));
    isForTheUser("bigquery.gcs.bucket");
  }

  @Test
  void requesterPays() {
    always(
        "objects.insert",
        new GcsFault.Refused(
            400, "required", "Bucket is a requester pays bucket but no user project provided."));
    isForTheUser("choose another bucket");
  }

  @Test
  void whatBigQueryMayNotReadSaysWhatToGrant() {
    bucket.service.revoke("storage.objects.get");
    FaultException denied = assertThrows(FaultException.class, () -> once(1, 4));
    assertEquals(Fault.CONFIGURATION, denied.fault());
    assertTrue(denied.getMessage().contains("roles/storage.objectUser"), denied.getMessage());
    bucket.service.grant("storage.objects.get");
    commit(1, 4);
    expect(4);
    bucket.isEmpty();
  }

  @Test
  void aProxyIsForCloudStorageToo() throws IOException {
    try (ForwardProxy proxy = new ForwardProxy("me:pass word")) {
      config.put("bigquery.proxy.host", "127.0.0.1");
      config.put("bigquery.proxy.port", Integer.toString(proxy.port()));
      config.put("bigquery.proxy.user", "me");
      config.put("bigquery.proxy.password", "pass word");
      long tokens = standIn.calls("token");
      Storage storage =
          new BigQueryClients(
                  new BigQuerySinkConfig(BigQueryRig.config(standIn, config)).bigQuery())
              .connect()
              .storage()
              .orElseThrow();
      storage.objects().list(LoadBucket.NAME).execute();
      assertEquals(standIn.calls("token") - tokens + 1, proxy.forwarded());
      assertEquals(0, proxy.tunnels());
    }
  }

  @Test
  void rowsThatTheTableRefusesAreNamed() {
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE " + BigQueryRig.DATASET + ".dates (id INT64, note DATE)"));
    Rejected rejected =
        assertInstanceOf(
            Rejected.class,
            rig.commit(
                rig.range(
                    claim, 1, new Target(BigQueryRig.DATASET, "dates"), "2026-11-20", "s3cret")));
    assertEquals(List.of(2L), rejected.rows().stream().map(row -> row.offset()).toList());
    assertFalse(rejected.rows().get(0).reason().contains("s3cret"), rejected.toString());
    bucket.isEmpty();
    assertEquals(new Committed(3), rig.commit(rig.range(claim, 1, "a", "b")));
    bucket.isEmpty();
  }
}
