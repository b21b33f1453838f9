package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Data that follows its metadata ({@code domo.settle.max.ms}, here 15 minutes): Domo shows a
 * version 10 minutes before its rows. Domo and the task share a clock that only the test moves.
 */
class SourceSettlingTest extends SourceScenario {
  private static final RowSource A = text("one", "a");
  private static final RowSource B = text("one", "b");
  private static final RowSource C = text("one", "c");

  @BeforeEach
  void stopTheClock() {
    domo.clock().stopAt(Instant.parse("2026-11-21T12:00:00Z"));
  }

  /** A6: what goes out is the new data, when it is there. */
  @Test
  void oldContentUnderANewTokenIsNotTheNewVersion() throws Exception {
    DomoDataSet cells = old("cells");
    try (SourceRun run = settling(cells).start()) {
      run.manifest(1);
      publish(cells, B);
      run.untilStatus("cells", "unconfirmed");
      assertEquals(1, run.manifests().size(), "same rows, nothing new");
      minutes(10);
      assertIs(run, run.manifest(2), B);
    }
  }

  @Test
  void anEditOfTheMetadataSendsNothing() throws Exception {
    DomoDataSet cells = old("cells");
    cells.streamBacked(false);
    try (SourceRun run = settling(cells).start()) {
      run.manifest(1);
      cells.describe("edited");
      minutes(1);
      run.untilStatus("cells", "unconfirmed");
      minutes(15);
      run.until("its end", () -> domo.log().requests(Route.EXPORT).size() == 3);
      run.untilStatus("cells", "idle");
      nothingMore(run, 1, 3);
    }
  }

  /** Nothing in Domo's answers tells that b is not c: the counts are equal, and so is the token. */
  @Test
  void aVersionSentUnderTheTokenOfTheNextOneIsFollowedByThatOne() throws Exception {
    DomoDataSet cells = old("cells");
    try (SourceRun run = settling(cells).start()) {
      SnapshotManifest early = bUnderTheTokenOfC(run, cells);
      minutes(15);
      SnapshotManifest real = run.manifest(3);
      assertIs(run, real, C);
      assertEquals(early.version(), real.version());
      assertEquals(Reason.VERSION, real.reason());
      assertNotEquals(early.contentHash(), real.contentHash(), "so no sink takes it for the same");
      int looks = domo.log().requests(Route.EXPORT).size();
      minutes(60);
      nothingMore(run, 3, looks);
    }
  }

  @Test
  void theSecondLookSurvivesARestart() throws Exception {
    DomoDataSet cells = old("cells");
    try (SourceRun run = settling(cells).start()) {
      bUnderTheTokenOfC(run, cells);
      run.stop();
      minutes(24 * 60);
      run.start();
      assertIs(run, run.manifest(3), C);
      run.stop();
      int looks = domo.log().requests(Route.EXPORT).size();
      run.start();
      run.untilStatus("cells", "idle");
      nothingMore(run, 3, looks);
    }
  }

  /** The task starts while Domo shows the first version's rows and the second one's metadata. */
  @Test
  void theFirstVersionEverSentGetsASecondLookToo() throws Exception {
    DomoDataSet cells = old("cells");
    publish(cells, B);
    try (SourceRun run = settling(cells).start()) {
      assertIs(run, run.manifest(1), A);
      minutes(15);
      assertIs(run, run.manifest(2), B);
    }
  }

  @Test
  void aSecondLookThatFindsTheSameSendsNothing() throws Exception {
    DomoDataSet cells = old("cells");
    try (SourceRun run = settling(cells).start()) {
      run.manifest(1);
      int looks = domo.log().requests(Route.EXPORT).size();
      assertEquals(1, looks);
      nothingMore(run, 1, looks);
      cells.lag(Duration.ZERO);
      publish(cells, B);
      assertIs(run, run.manifest(2), B);
      minutes(15);
      run.until("the second look", () -> domo.log().requests(Route.EXPORT).size() == 3);
      run.untilStatus("cells", "idle");
      minutes(60);
      nothingMore(run, 2, 3);
    }
  }

  /** Rows of a stream are in the topic before they are judged, so a second look sends none. */
  @Test
  void aStreamLooksBeforeItSendsAgain() throws Exception {
    DomoDataSet cells = old("cells");
    try (SourceRun run =
        settling(cells)
            .with("domo.spool", "none")
            .with("domo.spool.dir", "")
            .with("exactly.once.support", "requested")
            .start()) {
      run.manifest(1);
      cells.lag(Duration.ZERO);
      publish(cells, B);
      assertIs(run, run.manifest(2), B);
      int snapshots = run.snapshots().size();
      minutes(15);
      run.until("the second look", () -> domo.log().requests(Route.EXPORT).size() == 3);
      run.untilStatus("cells", "idle");
      assertEquals(snapshots, run.snapshots().size());

      cells.lag(Duration.ofMinutes(10));
      publish(cells, C);
      minutes(5);
      publish(cells, A);
      minutes(5);
      assertIs(run, run.manifest(3), C);
      minutes(15);
      assertIs(run, run.manifest(4), A);
    }
  }

  /** It belongs to the run that sent the version, though the next run is a day away. */
  @Test
  void aScheduleDoesNotPutTheSecondLookOff() throws Exception {
    DomoDataSet cells = old("cells");
    publish(cells, B);
    try (SourceRun run =
        settling(cells)
            .with("domo.schedule", "0 13 * * *")
            .with("domo.schedule.timezone", "UTC")
            .start()) {
      assertIs(run, run.manifest(1), A);
      minutes(15);
      assertIs(run, run.manifest(2), B);
    }
  }

  /** A version that was there for hours when the task begins, and lags of 10 minutes after it. */
  private DomoDataSet old(String name) {
    DomoDataSet cells = add(name, A);
    minutes(120);
    cells.lag(Duration.ofMinutes(10));
    return cells;
  }

  private SourceRun settling(DomoDataSet cells) {
    return run(cells).at(domo.clock()::now).with("domo.settle.max.ms", "900000");
  }

  private SnapshotManifest bUnderTheTokenOfC(SourceRun run, DomoDataSet cells) throws Exception {
    assertIs(run, run.manifest(1), A);
    publish(cells, B);
    minutes(5);
    publish(cells, C);
    minutes(5);
    SnapshotManifest early = run.manifest(2);
    assertIs(run, early, B);
    assertEquals(cells.recorded().recordedAt(), early.versionTime(), "under the token of c");
    return early;
  }

  private void publish(DomoDataSet cells, RowSource rows) {
    cells.publish(rows, Action.REPLACE);
    // Beyond the poll interval.
    domo.clock().advance(Duration.ofSeconds(1));
  }

  private void minutes(int minutes) {
    domo.clock().advance(Duration.ofMinutes(minutes));
  }

  /** Long enough for the fetch thread to look at the clock twice. */
  private void nothingMore(SourceRun run, int manifests, int downloads) throws Exception {
    for (long i = 0; i < FetchLoop.NAP_MS / 500; i++) {
      run.round();
    }
    assertEquals(manifests, run.manifests().size());
    assertEquals(downloads, domo.log().requests(Route.EXPORT).size());
  }
}
