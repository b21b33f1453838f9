package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** Versions that are held back, how an operator sees that, and what lets them through. */
class SourceHoldTest extends SourceScenario {
  private static final Pattern CODE = Pattern.compile("add ([0-9a-f]{16}) to snapshot\\.accept");

  /** D6. */
  @Test
  void theWarningSaysWhatLetsExactlyThisVersionThrough() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    DomoDataSet other = add("other", text("a"));
    try (SourceRun run = run(nation, other).with("snapshot.max.shrink.ratio", "0.5").start()) {
      SnapshotManifest first = run.manifest(2);
      nation.publish(text("a"), Action.REPLACE);
      String held = run.untilStatus("nation", "held");
      assertTrue(held.contains("snapshot.max.shrink.ratio"), held);
      assertTrue(held.contains("1 rows after 25"), held);
      Matcher code = CODE.matcher(held);
      assertTrue(code.find(), held);
      run.stop();

      run.with("snapshot.accept", "0123456789abcdef").start();
      run.untilStatus("nation", "held");
      assertEquals(2, run.manifests().size(), "the code of another version accepts nothing");
      run.stop();

      run.with("snapshot.accept", "0123456789abcdef," + code.group(1)).start();
      SnapshotManifest accepted = run.manifest(3);
      assertEquals(nation.id(), accepted.dataset());
      assertEquals(Reason.VERSION, accepted.reason());
      assertIs(run, accepted, text("a"));
      assertNotEquals(first.version(), accepted.version());

      nation.publish(NATION, Action.REPLACE);
      assertIs(run, run.manifest(4), NATION);
      nation.publish(text("b"), Action.REPLACE);
      run.untilStatus("nation", "held");
      assertEquals(4, run.manifests().size(), "the next bad version needs its own code");
    }
  }

  @Test
  void aLaterGoodVersionGoesOutByItself() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("snapshot.min.rows", "10").start()) {
      run.manifest(1);
      nation.publish(text("a", "b"), Action.REPLACE);
      run.untilStatus("nation", "held");
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      assertEquals("idle", run.untilStatus("nation", "idle"));
    }
  }

  @Test
  void columnsThatMustNotChangeAreHeldAndCanBeAccepted() throws Exception {
    DomoDataSet nation = add("nation", text("a"));
    try (SourceRun run = run(nation).with("domo.schema.change", "fail").start()) {
      run.manifest(1);
      nation.publish(NATION, Action.REPLACE);
      Matcher code = CODE.matcher(run.untilStatus("nation", "domo.schema.change"));
      assertTrue(code.find());
      run.stop();
      run.with("snapshot.accept", code.group(1)).start();
      assertIs(run, run.manifest(2), NATION);
    }
  }

  @Test
  void aHeldVersionFailsTheTaskIfThatIsAskedFor() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation).with("domo.dataset.failure", "fail").with("snapshot.min.rows", "100").start()) {
      ConnectException e =
          assertThrows(ConnectException.class, () -> run.until("a failure", () -> false));
      assertTrue(e.getMessage().contains("snapshot.min.rows"), e.getMessage());
      assertTrue(CODE.matcher(e.getMessage()).find(), e.getMessage());
    }
  }

  /** S20: the error history can be read, and ends with the task. */
  @Test
  void errorsAreWrittenOnceForEachChangeAndTheNewestComesFirst() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    for (int i = 0; i < 3; i++) {
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.page(503));
    }
    for (int i = 0; i < 2; i++) {
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    }
    SourceRun run = run(nation).start();
    try (run) {
      run.manifest(1);
      List<String> errors = run.status().getErrors();
      assertEquals(2, errors.size(), "one for each kind, not for each attempt: " + errors);
      assertTrue(errors.get(0).contains(" nation "), errors.get(0));
      assertTrue(errors.get(0).contains("rows"), errors.get(0));
      assertTrue(errors.get(1).contains("503"), errors.get(1));
      assertFalse(errors.toString().contains("secret"), "no secret");
    }
    assertFalse(
        ManagementFactory.getPlatformMBeanServer().isRegistered(TaskJournal.objectName("run", 0)));
  }

  /** A task that is slow to stop and its successor have the same name. */
  @Test
  void theStatusBelongsToTheTaskThatStartedLast() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun old = run(nation).start()) {
      old.manifest(1);
      try (SourceRun successor = run(nation).start()) {
        successor.manifest(1);
        old.stop();
        assertEquals("idle", successor.untilStatus("nation", "idle"));
      }
    }
  }

  /** A6: for those who expect something after each run of a flow in Domo. */
  @Test
  void anUnchangedVersionIsSentIfThatIsAskedFor() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.emit.unchanged", "true").start()) {
      SnapshotManifest first = run.manifest(1);
      nation.publish(NATION, Action.REPLACE);
      SnapshotManifest second = run.manifest(2);
      assertEquals(first.contentHash(), second.contentHash());
      assertNotEquals(first.version(), second.version());
      assertEquals(Reason.VERSION, second.reason());
      assertIs(run, second, NATION);
    }
  }

  @Test
  void anUnchangedVersionStillWaitsForItsData() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.emit.unchanged", "true")
            .with("domo.settle.max.ms", "3600000")
            .start()) {
      run.manifest(1);
      nation.publish(NATION, Action.REPLACE);
      run.untilStatus("nation", "unconfirmed");
      assertEquals(1, run.manifests().size());
    }
  }
}
