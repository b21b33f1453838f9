package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** DataSets that are deleted, renamed, hidden, and that come back ({@code domo.on.deleted}). */
class SourceDepartureTest extends SourceScenario {
  @Test
  void aDeletedDataSetIsEmptiedOnceAndSentAgainWhenItComesBack() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.on.deleted", "empty").start()) {
      SnapshotManifest before = run.manifest(1);
      nation.delete();
      SnapshotManifest empty = run.manifest(2);
      assertEquals(0, empty.rows());
      assertEquals(before.columns(), empty.columns(), "so that a sink can make the table too");
      assertEquals(before.topic(), empty.topic());
      assertEquals("nation", empty.name());
      assertEquals(Reason.VERSION, empty.reason());
      assertNotEquals(before.version(), empty.version(), "a version of its own");
      assertNotEquals(before.snapshot(), empty.snapshot());
      assertEquals(before.versionTime(), empty.versionTime(), "not newer than what may come back");
      assertEquals(1, run.snapshots().size(), "no row");

      run.untilStatus("nation", "idle: is gone");
      run.stop();
      run.start();
      run.untilStatus("nation", "nothing is left");
      assertEquals(2, run.manifests().size(), "once");

      nation.restore();
      SnapshotManifest back = run.manifest(3);
      assertEquals(before.version(), back.version());
      assertEquals(before.contentHash(), back.contentHash());
      assertIs(run, back, NATION);
      nation.delete();
      assertEquals(0, run.manifest(4).rows());
      assertNotEquals(empty.version(), run.manifest(4).version(), "another departure");
    }
  }

  @Test
  void aDataSetThatGoesWhileNobodyRunsIsEmptiedAfterTheStart() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.on.deleted", "empty").start()) {
      SnapshotManifest before = run.manifest(1);
      run.stop();
      nation.delete();
      run.start();
      assertEquals(0, run.manifest(2).rows());
      assertEquals(before.columns(), run.manifest(2).columns());
      assertEquals(before.schemaFingerprint(), run.manifest(2).schemaFingerprint());
    }
  }

  /** An explicit wish: guards are for versions that Domo made. */
  @Test
  void theEmptyVersionPassesTheGuards() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.on.deleted", "empty")
            .with("snapshot.min.rows", "5")
            .with("snapshot.max.shrink.ratio", "0.1")
            .start()) {
      run.manifest(1);
      nation.delete();
      assertEquals(0, run.manifest(2).rows());
    }
  }

  /** One wrong answer must not empty a warehouse. */
  @Test
  void aDataSetThatIsBackInTimeIsNotEmptied() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.on.deleted", "empty")
            .with("domo.settle.max.ms", "3600000")
            .start()) {
      run.manifest(1);
      nation.delete();
      run.untilStatus("nation", "unconfirmed: seems to be gone");
      nation.restore();
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  @Test
  void withoutADescriptionNothingIsEmptied() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      run.stop();
      nation.delete();
      run.with("domo.on.deleted", "empty").start();
      run.untilStatus("nation", "its columns were not noted");
      assertEquals(1, run.manifests().size());
    }
  }

  @Test
  void whatWasNeverSentIsNotEmptied() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    nation.delete();
    DomoDataSet other = add("other", text("a"));
    try (SourceRun run = run(nation, other).with("domo.on.deleted", "empty").start()) {
      assertEquals(other.id(), run.manifest(1).dataset());
      run.untilStatus("nation", "nothing is left");
      assertEquals(1, run.manifests().size());
    }
  }

  @Test
  void aDataSetThatGoesBetweenItsMetadataAndItsRowsIsGone() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults()
        .once(DomoRequest.on(Route.EXPORT), new DomoFault.Before(() -> domo.delete(nation.id())));
    try (SourceRun run = run(nation).start()) {
      run.untilStatus("nation", "held: is gone");
      nation.restore();
      assertIs(run, run.manifest(1), NATION);
      run.untilStatus("nation", "idle");
      assertEquals("idle", run.status().getDatasets().get("nation"), "and all is forgotten");
    }
  }

  @Test
  void ignoredOnesComeBackToo() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.on.deleted", "ignore").start()) {
      run.manifest(1);
      nation.delete();
      run.untilStatus("nation", "idle: is gone and ignored");
      nation.restore();
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  @Test
  void aRenamedDataSetIsNotSelectedAnyMore() throws Exception {
    DomoDataSet sales = add("sales.eu", NATION);
    try (SourceRun run =
        run()
            .with("domo.dataset.include", "sales\\..*")
            .with("domo.discovery.interval.ms", "50")
            .with("domo.on.deleted", "empty")
            .start()) {
      run.manifest(1);
      sales.rename("archive.eu");
      assertEquals(0, run.manifest(2).rows());
      assertTrue(
          run.status().getErrors().get(0).contains("archive.eu"), "the reason names the new name");
      sales.rename("sales.europe");
      assertEquals("sales.europe", run.manifest(3).name());
      assertIs(run, run.manifest(3), NATION);
    }
  }

  @Test
  void aRenamedDataSetThatIsStillSelectedKeepsItsTopic() throws Exception {
    DomoDataSet sales = add("sales.eu", NATION);
    try (SourceRun run = run().with("domo.dataset.include", "sales\\..*").start()) {
      String topic = run.manifest(1).topic();
      sales.rename("sales.europe");
      sales.publish(NATION_2, Action.REPLACE);
      assertEquals(topic, run.manifest(2).topic());
      assertEquals("sales.europe", run.manifest(2).name());
    }
  }

  /** The alias stays, the GUID is another: for the source that is another DataSet. */
  @Test
  void aDataSetThatWasMadeAgainUnderItsAliasStartsFromTheBeginning() throws Exception {
    DomoDataSet old = add("orders", NATION);
    try (SourceRun run = run(old).start()) {
      run.manifest(1);
      run.stop();
      DomoDataSet made =
          domo.add(
              DataSetSpec.of("orders", NATION_2).withId("2d725b6e-0000-4000-8000-000000000001"));
      run.with("domo.datasets", made.id() + ":orders").start();
      SnapshotManifest first = run.manifest(2);
      assertEquals(Reason.FIRST, first.reason());
      assertEquals(made.id(), first.dataset());
      assertEquals("domo.orders", first.topic());
      assertIs(run, first, NATION_2);
    }
  }

  /** C2. */
  @Test
  void oneDataSetFailsTheTaskOnlyIfThatIsAskedFor() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    DomoDataSet gone = add("gone", NATION);
    domo.delete(gone.id());
    try (SourceRun run = run(gone, nation).start()) {
      assertIs(run, run.manifest(1), NATION);
      run.untilStatus("gone", "held");
    }
    try (SourceRun run = run(gone, nation).with("domo.dataset.failure", "fail").start()) {
      ConnectException e =
          assertThrows(ConnectException.class, () -> run.until("a failure", () -> false));
      assertTrue(e.getMessage().contains(gone.id()), e.getMessage());
      assertTrue(e.getMessage().contains("domo.on.deleted"), e.getMessage());
    }
  }

  @Test
  void anOutageFailsNoTaskWhateverIsAskedFor() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    for (int i = 0; i < 8; i++) {
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.page(503));
    }
    try (SourceRun run = run(nation).with("domo.dataset.failure", "fail").start()) {
      assertIs(run, run.manifest(1), NATION);
    }
  }
}
