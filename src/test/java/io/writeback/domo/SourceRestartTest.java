package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a restart finds, and what it makes of it. */
class SourceRestartTest extends SourceScenario {
  /** A2: the rows committed before a crash stay, the rest follows under the same id. */
  @Test
  void aRestartGoesOnBehindTheLastCommittedRowFromItsOwnSpool() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.until("some rows", () -> run.rows().size() == 11);
      run.stop();
      nation.publish(NATION_2, Action.REPLACE);
      run.start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(Set.of(manifest.snapshot()), Set.copyOf(run.snapshots()));
      assertIs(run, manifest, NATION);
      assertTrue(manifest.ranges().isEmpty());
      assertEquals(1, domo.log().requests(Route.EXPORT).size(), "the spool is adopted");
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  @Test
  void aRestartOnAnotherDiskDownloadsAgainAndGoesOnIfTheRowsComeInTheSameOrder() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.until("some rows", () -> run.rows().size() == 11);
      run.stop();
      run.with("domo.spool.dir", spool.resolve("other").toString()).start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(1, run.snapshots().size());
      assertIs(run, manifest, NATION);
      assertEquals(2, domo.log().requests(Route.EXPORT).size());
    }
  }

  /** A2: the position of a row means nothing if the rows come in another order. */
  @Test
  void aRestartThatGetsTheSameRowsInAnotherOrderIsANewSnapshot() throws Exception {
    DomoDataSet three = add("three", text("a", "b", "c"));
    three.streamBacked(false);
    domo.clock().stopAt(domo.clock().now());
    three.publish(text("1", "2", "3"), Action.REPLACE);
    try (SourceRun run = run(three).with("domo.batch.max.rows", "1").start()) {
      run.until("some rows", () -> run.rows().size() == 2);
      run.stop();
      // Nothing that Domo tells of it is different.
      three.publish(text("3", "2", "1"), Action.REPLACE);
      run.with("domo.spool.dir", spool.resolve("other").toString()).start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(2, run.snapshots().size());
      assertIs(run, manifest, text("3", "2", "1"));
      assertTrue(manifest.ranges().isPresent());
    }
  }

  @Test
  void aRestartWithAnotherVersionIsANewSnapshot() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.until("some rows", () -> run.rows().size() == 11);
      run.stop();
      nation.publish(NATION_2, Action.REPLACE);
      run.with("domo.spool.dir", spool.resolve("other").toString()).start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(2, run.snapshots().size());
      assertIs(run, manifest, NATION_2);
    }
  }

  @Test
  void aRestartUnderOtherSettingsOrWithoutExactlyOnceIsANewSnapshot() throws Exception {
    for (Map<String, String> change :
        List.of(
            Map.of("domo.topic.format", "other.{alias}"),
            Map.of("exactly.once.support", "requested"))) {
      DomoDataSet nation = add("nation" + change.size() + change.hashCode(), NATION);
      Map<String, String> before = new HashMap<>();
      change.keySet().forEach(key -> before.put(key, null));
      try (SourceRun run = run(nation)) {
        if (change.containsKey("exactly.once.support")) {
          change.forEach(run::with);
        }
        run.start();
        run.until("some rows", () -> run.rows().size() >= 11);
        run.stop();
        change.forEach(run::with);
        run.start();
        SnapshotManifest manifest = run.manifest(1);
        assertEquals(2, run.snapshots().size(), change.toString());
        assertEquals(25, run.rows(manifest.snapshot()).size(), "from the first row on: " + change);
      }
    }
  }

  /** A crash before the settings of a resend took effect must not lose the resend. */
  @Test
  void aChangedConfigurationSendsTheVersionAgainEvenThroughARestart() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      run.stop();
      run.with("domo.decimal.handling", "string").with("exactly.once.support", "requested");
      run.start();
      run.until("some rows", () -> run.rows().size() >= 35);
      run.stop();
      run.start();
      assertEquals(Reason.RESEND, run.manifest(2).reason());
      assertIs(run, run.manifest(2), NATION);
    }
  }
}
