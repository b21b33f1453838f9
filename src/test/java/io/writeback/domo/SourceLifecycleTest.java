package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.ListRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** What an operator sees of a task: start, stop, guards, resets, refused credentials. */
class SourceLifecycleTest extends SourceScenario {
  /** Far above a poll's second and a stop's two, far below the minute that Domo takes here. */
  private static final Duration PROMPT = Duration.ofSeconds(15);

  /** D6, C2: the guard holds one DataSet and lets it go with its next version. */
  @Test
  void anEmptyVersionIsHeldUnlessAllowed() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      nation.publish(ListRows.of(NATION.columns()), Action.REPLACE);
      run.until("a look at it", () -> domo.log().requests(Route.EXPORT).size() == 2);
      for (int i = 0; i < 2; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size());
      run.stop();
      run.with("snapshot.min.rows", "0").start();
      assertIs(run, run.manifest(2), ListRows.of(NATION.columns()));
    }
  }

  /** A12: the worker calls stop only between polls, so poll comes back and start asks nobody. */
  @Test
  void pollIsShortStartAsksNobodyAndStopEndsADownload() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults().always(DomoRequest.on(Route.EXPORT), DomoFault.stall(50));
    try (SourceRun run = run(nation).with("domo.read.timeout.ms", "60000").start()) {
      Await.until("a download", SourceRun.LIMIT, () -> domo.log().underWay(Route.EXPORT) == 1);
      long before = System.nanoTime();
      assertEquals(0, run.round());
      assertTrue(System.nanoTime() - before < PROMPT.toNanos());
      before = System.nanoTime();
      run.stop();
      assertTrue(System.nanoTime() - before < PROMPT.toNanos());
    }
    try (Stream<Path> files = Files.list(spool)) {
      assertEquals(0, files.count(), "half a download leaves nothing");
    }
  }

  @Test
  void refusedCredentialsFailTheTaskAfterTheGrace() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.client.secret", "wrong-one")
            .with("domo.auth.grace.ms", "100")
            .start()) {
      ConnectException e =
          assertThrows(ConnectException.class, () -> run.until("a failure", () -> false));
      assertTrue(e.getMessage().contains("domo.client.secret"), e.getMessage());
      assertFalse(e.getMessage().contains("wrong-one"), e.getMessage());
    }
  }

  /** D4, B5: a reset is "run now". */
  @Test
  void aForgottenOffsetAndTheRefreshIntervalSendAgain() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      String first = run.manifest(1).snapshot();
      run.stop();
      run.offsets().clear();
      run.start();
      assertEquals(Reason.FIRST, run.manifest(2).reason());
      assertNotEquals(first, run.manifest(2).snapshot());
      run.stop();
      run.with("domo.refresh.interval.ms", "1").start();
      assertEquals(Reason.RESEND, run.manifest(3).reason());
      assertIs(run, run.manifest(3), NATION);
    }
  }
}
