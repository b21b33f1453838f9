package io.writeback.bigquery;

import com.google.rpc.Code;
import io.grpc.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What may fail while rows are appended, whatever the stream: afterwards every row is there. */
abstract class AppendFailuresTest extends FailureScenario {
  AppendFailuresTest(Map<String, String> config) {
    super(config);
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
