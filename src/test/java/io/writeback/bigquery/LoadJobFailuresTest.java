package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may fail while rows are loaded by jobs: afterwards every row is there once. */
class LoadJobFailuresTest extends FailureScenario {
  LoadJobFailuresTest() {
    super(Map.of("bigquery.write.method", "load_job"));
  }

  @Test
  void aCrashAfterTheJobBeforeKafkaKnows() {
    commit(1, 4);
    next();
    assertEquals(OptionalLong.of(4), claim.position());
    commit(4, 6);
    expect(6);
  }

  @Test
  void aLostAcknowledgementOfTheUpload() {
    overcome(rest("upload.start", new BigQueryFault.AnswerLost()));
  }

  @Test
  void anUploadThatIsCut() {
    overcome(rest("upload.start", new BigQueryFault.CutBefore()));
  }

  @Test
  void aJobThatFailsForNoReasonOfItsRows() {
    overcome(rest("job.effect", "load", new BigQueryFault.JobFails("backendError", "try again")));
  }

  @Test
  void theQuotaOfLoads() {
    overcome(rest("upload.start", BigQueryFault.Refused.quota()));
  }

  @Test
  void aZombieAfterARebalance() {
    BigQueryRig zombie = rig;
    Claim old = claim;
    next();
    commit(1, 3);
    assertEquals(new Moved(3), zombie.commit(zombie.range(old, 1, "z")));
    expect(3);
  }

  @ParameterizedTest
  @MethodSource("outages")
  void anOutageOfTheService(BigQueryFault outage) {
    outlast(standIn.faults().always(c -> c.is("upload.start"), outage));
  }

  /** Nobody can tell then whether a job that was submitted is there. */
  @ParameterizedTest
  @MethodSource("outages")
  void anOutageInWhichJobsCannotBeRead(BigQueryFault outage) {
    outlast(standIn.faults().always(c -> c.is("jobs.get"), outage));
  }

  @Test
  void aTokenThatExpiresInMidRun() {
    overcomeExpiredTokens();
  }
}
