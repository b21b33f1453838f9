package io.writeback.bigquery;

import com.google.rpc.Code;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

/** What may fail while rows are streamed at least once: afterwards every row is there. */
class DefaultStreamFailuresTest extends FailureScenario {
  DefaultStreamFailuresTest() {
    super(atLeastOnce("storage_write"));
  }

  @Test
  void anInternalErrorWithinTheConnection() {
    overcome(storage("AppendRows", inStream(Code.INTERNAL)));
  }

  @Test
  void aConnectionThatTheServiceCloses() {
    overcome(storage("AppendRows", refuse(Status.UNAVAILABLE)));
  }

  @Test
  void anOutageOfTheService() {
    outlast(standIn.storageFaults().always(c -> c.is("AppendRows"), refuse(Status.UNAVAILABLE)));
  }

  @Test
  void aTokenThatExpiresInMidRun() {
    overcomeExpiredTokens();
  }
}
