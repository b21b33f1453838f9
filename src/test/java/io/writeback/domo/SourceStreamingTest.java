package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * {@code domo.spool=none}: rows go out as they come, the manifest only if all of them are right.
 */
class SourceStreamingTest extends SourceScenario {
  private static final RowSource CUSTOMER = TpchRows.of("customer", 0.01);

  @AfterEach
  void nothingTouchesTheDisk() throws Exception {
    try (Stream<Path> files = Files.list(spool)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void versionsArriveWholeZeroRowsIncluded() throws Exception {
    DomoDataSet dataSet = add("customer", CUSTOMER);
    try (SourceRun run = streaming(dataSet).with("snapshot.min.rows", "0").start()) {
      SnapshotManifest first = run.manifest(1);
      assertIs(run, first, CUSTOMER);
      assertEquals(Reason.FIRST, first.reason());
      assertTrue(first.ranges().isPresent());
      assertEquals(1, run.batches().get(0), "the topic may be missing");
      dataSet.publish(ListRows.of(CUSTOMER.columns()), Action.REPLACE);
      assertEquals(0, run.manifest(2).rows());
      dataSet.publish(CUSTOMER, Action.REPLACE);
      assertIs(run, run.manifest(3), CUSTOMER);
      assertEquals(first.contentHash(), run.manifest(3).contentHash(), "as if it were spooled");
    }
  }

  @Test
  void rowsGoOutBeforeTheDownloadEnds() throws Exception {
    DomoDataSet dataSet = add("customer", CUSTOMER);
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.stall(40_000));
    try (SourceRun run = streaming(dataSet).with("domo.read.timeout.ms", "60000").start()) {
      run.until("rows of half a download", () -> run.rows().size() > 100);
      assertEquals(0, run.manifests().size());
      assertEquals(1, domo.log().underWay(Route.EXPORT));
      domo.releaseStalls();
      assertIs(run, run.manifest(1), CUSTOMER);
    }
  }

  /** Every row is there and decoded, but nobody knows yet whether they are one version. */
  @Test
  void theEndWaitsForTheVerdict() throws Exception {
    DomoDataSet dataSet = add("nation", NATION);
    domo.faults()
        .once(
            request ->
                request.route() == Route.QUERY
                    && request.body().contains("COUNT(*)")
                    && !domo.log().requests(Route.EXPORT).isEmpty(),
            DomoFault.stall(0));
    try (SourceRun run = streaming(dataSet).with("domo.read.timeout.ms", "60000").start()) {
      run.until("every row", () -> run.rows().size() == 25);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(0, run.manifests().size());
      assertEquals(1, domo.log().underWay(Route.QUERY), "the count after the download");
      domo.releaseStalls();
      assertIs(run, run.manifest(1), NATION);
      assertEquals(1, run.snapshots().size());
    }
  }

  /** The price of it: rows without a manifest, and a new snapshot. */
  @Test
  void aDownloadThatFailsNeverGetsAManifest() throws Exception {
    DomoDataSet dataSet = add("customer", CUSTOMER);
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    domo.faults().once(DomoRequest.on(Route.EXPORT), new DomoFault.RepeatRow(700));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.tornRead(700, text("a", "b", "c")));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.page(503));
    try (SourceRun run = streaming(dataSet).start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, text("a", "b", "c"));
      assertTrue(run.snapshots().size() > 1, "attempts are in the topic");
      assertEquals(
          manifest.snapshot(), List.copyOf(run.snapshots()).get(run.snapshots().size() - 1));
    }
  }

  @Test
  void aRestartInMidStreamIsANewSnapshot() throws Exception {
    DomoDataSet dataSet = add("customer", CUSTOMER);
    try (SourceRun run = streaming(dataSet).with("domo.batch.max.rows", "100").start()) {
      run.until("some rows", () -> run.rows().size() > 50);
      run.stop();
      Set<String> before = run.snapshots();
      run.start();
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, CUSTOMER);
      assertTrue(!before.contains(manifest.snapshot()), "another one");
      assertEquals(Reason.FIRST, manifest.reason());
    }
  }

  /** The rows of a resend must not make the position look as if it had been sent. */
  @Test
  void aResendSurvivesARestartInMidStream() throws Exception {
    DomoDataSet dataSet = add("nation", NATION);
    try (SourceRun run = streaming(dataSet).start()) {
      run.manifest(1);
      run.stop();
      run.with("domo.decimal.handling", "string").with("domo.batch.max.rows", "2").start();
      run.until("some rows", () -> run.rows().size() > 30);
      run.stop();
      assertEquals(1, run.manifests().size());
      run.start();
      assertEquals(Reason.RESEND, run.manifest(2).reason());
      assertIs(run, run.manifest(2), NATION);
    }
  }

  @Test
  void guardsActBeforeTheManifest() throws Exception {
    DomoDataSet dataSet = add("nation", NATION);
    try (SourceRun run = streaming(dataSet).with("snapshot.max.shrink.ratio", "0.5").start()) {
      run.manifest(1);
      dataSet.publish(text("a"), Action.REPLACE);
      run.untilStatus("nation", "held: is held: the version has 1 rows after 25");
      dataSet.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  /** A6: attempts must not begin its wait anew each time. */
  @Test
  void anUnchangedVersionSettlesWithoutAManifest() throws Exception {
    DomoDataSet dataSet = add("nation", NATION);
    try (SourceRun run = streaming(dataSet).with("domo.settle.max.ms", "300").start()) {
      run.manifest(1);
      dataSet.publish(NATION, Action.REPLACE);
      run.until("a look at it", () -> domo.log().requests(Route.EXPORT).size() >= 2);
      run.untilStatus("nation", "idle");
      assertEquals(1, run.manifests().size());
    }
  }

  @Test
  void stopIsPromptWhileBothEndsWait() throws Exception {
    DomoDataSet dataSet = add("customer", CUSTOMER);
    SourceRun run = streaming(dataSet).start();
    run.until("some rows", () -> !run.rows().isEmpty());
    run.stop();
    Await.until(
        "no thread of it",
        SourceRun.LIMIT,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().contains(dataSet.id())));
    Await.until("no download", SourceRun.LIMIT, () -> domo.log().underWay(Route.EXPORT) == 0);
  }

  private SourceRun streaming(DomoDataSet... dataSets) {
    return run(dataSets)
        .with("domo.spool", "none")
        .with("domo.spool.dir", "")
        .with("domo.batch.max.rows", "400")
        .with("exactly.once.support", "requested");
  }
}
