package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may fail while rows are inserted by REST: afterwards every row is there. */
class InsertAllFailuresTest extends FailureScenario {
  InsertAllFailuresTest() {
    super(atLeastOnce("insert_all"));
  }

  /** The ids of the rows let the service leave the second copy out, for a minute or so. */
  @Test
  void aLostAcknowledgement() {
    overcome(rest("tabledata.insertAll", new BigQueryFault.AnswerLost()));
  }

  @Test
  void anErrorOfTheBackend() {
    overcome(rest("tabledata.insertAll", BigQueryFault.Refused.backend(503)));
  }

  @Test
  void aLimitOfItsRate() {
    overcome(rest("tabledata.insertAll", BigQueryFault.Refused.rateLimit()));
  }

  @Test
  void aRequestThatIsTooLargeIsSplit() {
    FaultPlan.Handle tooLarge =
        standIn
            .faults()
            .always(
                c -> c.is("tabledata.insertAll") && c.text().split("insertId").length > 3,
                new BigQueryFault.Refused(413, "requestTooLarge", "Request too large"));
    commit(1, 9);
    assertTrue(tooLarge.fired() > 0);
    expect(9);
  }

  @ParameterizedTest
  @MethodSource("outages")
  void anOutageOfTheService(BigQueryFault outage) {
    outlast(standIn.faults().always(c -> c.is("tabledata.insertAll"), outage));
  }

  @Test
  void aTokenThatExpiresInMidRun() {
    overcomeExpiredTokens();
  }
}
