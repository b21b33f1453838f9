package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import io.writeback.standin.http.HttpCall.Framing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task against the Domo stand-in. Whatever Domo does, what has a manifest is one version of the
 * DataSet: every row once.
 */
class DomoSourceTaskTest {
  private static final RowSource NATION = TpchRows.of("nation", 0.01);
  private static final RowSource NATION_2 = NextVersion.of(NATION, 2, List.of("nationkey"));

  @TempDir Path spool;
  private DomoStandIn domo;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  void stop() {
    domo.close();
  }

  @Test
  void aVersionIsEmittedInBoundedBatchesAndItsManifestComesAlone() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, NATION);
      assertEquals(
          List.of(1, 10, 10, 4, 1),
          run.batches(),
          "one row first, as the topic may be missing; the manifest alone");
      assertEquals(Reason.FIRST, manifest.reason());
      assertEquals(
          List.of(new SnapshotManifest.Range("domo.nation", 0, 0, 25, 25)),
          manifest.ranges().orElseThrow());
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      assertEquals(10, run.batches().get(5), "the topic is known now");
    }
    try (Stream<Path> files = Files.list(spool)) {
      assertTrue(files.count() <= 2, "the spool goes with its manifest");
    }
  }

  @Test
  void theBytesOfABatchAreBoundedToo() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation).with("domo.batch.max.bytes", "1024").with("domo.batch.max.rows", "1000")) {
      run.start();
      assertIs(run, run.manifest(1), NATION);
      assertTrue(run.batches().stream().allMatch(size -> size < 20), run.batches().toString());
    }
  }

  /** A9: nobody waits for the long one. */
  @Test
  void dataSetsTakeTurns() throws Exception {
    DomoDataSet large = add("customer", TpchRows.of("customer", 0.01));
    DomoDataSet small = add("nation", NATION);
    try (SourceRun run = run(large, small).start()) {
      SnapshotManifest first = run.manifest(1);
      assertEquals(small.id(), first.dataset());
      assertTrue(run.rows().size() < 1525, "the long one goes on meanwhile");
      assertIs(run, run.manifest(2), TpchRows.of("customer", 0.01));
    }
  }

  /** A3: equal rows stay apart for a framework that compares records by value. */
  @Test
  void equalRowsAreDistinctRecords() throws Exception {
    DomoDataSet same = add("same", text("x", "x", "x", null, "", ""));
    try (SourceRun run = run(same).start()) {
      assertEquals(6, run.manifest(1).rows());
      assertEquals(6, Set.copyOf(run.rows()).size());
      Set<SourceRecord> byValue = new HashSet<>();
      for (SourceRecord r : run.rows()) {
        byValue.add(
            new SourceRecord(
                Map.of(),
                Map.of(),
                "t",
                null,
                null,
                null,
                r.valueSchema(),
                r.value(),
                null,
                r.headers()));
      }
      assertEquals(6, byValue.size(), "by their ordinals also without our equals");
    }
  }

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

  @Test
  void aRestartWithAnotherVersionOrOrderIsANewSnapshot() throws Exception {
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

  /** A5. */
  @Test
  void aDroppedRowHoldsTheDataSetOrIsCounted() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    DomoDataSet other = add("other", text("a"));
    try (SourceRun run = run(nation, other).dropping(ordinal(7, "domo.nation")).start()) {
      assertEquals(other.id(), run.manifest(1).dataset(), "the other one is not held");
      run.until("all rows", () -> run.rows().size() == 25);
      for (int i = 0; i < 2; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size());
    }
    DomoDataSet third = add("third", NATION);
    try (SourceRun run =
        run(third).with("domo.dropped.rows", "allow").dropping(ordinal(7, "domo.third")).start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(24, manifest.rows());
      assertEquals(1, manifest.dropped());
    }
  }

  /** A5: Connect reports nothing about a batch of which nothing was sent. */
  @Test
  void aBatchThatIsDroppedWholeIsNoticed() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.dropped.rows", "allow")
            .dropping(r -> !SourceRun.isManifest(r))
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(0, manifest.rows());
      assertEquals(25, manifest.dropped());
    }
  }

  /** A5b. */
  @Test
  void aDroppedManifestFailsTheTaskWithAndWithoutExactlyOnce() throws Exception {
    for (String support : List.of("required", "requested")) {
      DomoDataSet nation = add("nation " + support, text("a"));
      try (SourceRun run =
          run(nation)
              .with("domo.datasets", nation.id())
              .with("exactly.once.support", support)
              .with("transforms", "cut")
              .dropping(SourceRun::isManifest)
              .start()) {
        ConnectException e =
            assertThrows(
                ConnectException.class, () -> run.until("a failure", () -> false), support);
        assertTrue(e.getMessage().contains("cut"), e.getMessage());
        assertTrue(e.getMessage().contains("predicate"), e.getMessage());
      }
    }
  }

  /** domo-python-sdk issue 68: rows missing under valid framing. */
  @Test
  void lostRepeatedAndTornRowsNeverComeThrough() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    domo.faults().once(DomoRequest.on(Route.EXPORT), new DomoFault.RepeatRow(3));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.tornRead(12, NATION_2));
    try (SourceRun run = run(nation).start()) {
      assertIs(run, run.manifest(1), NATION_2);
      assertEquals(1, run.snapshots().size(), "nothing was emitted before it was verified");
      assertEquals(4, domo.log().requests(Route.EXPORT).size());
    }
  }

  @Test
  void brokenTransfersAndSpoiledCellsAreReadAgain() throws Exception {
    for (Framing framing : Framing.values()) {
      for (boolean gzip : new boolean[] {true, false}) {
        DomoDataSet nation = add("nation" + framing + gzip, NATION);
        nation.dialect(CsvDialect.documented().withFraming(framing).withGzip(gzip));
        for (DomoFault fault :
            List.of(
                DomoFault.cut(200),
                DomoFault.cut(333),
                new DomoFault.SpoilColumn("nationkey", 5, "x"),
                DomoFault.page(503),
                DomoFault.tooManyRequests(null),
                DomoFault.stall(100))) {
          domo.faults().once(DomoRequest.on(Route.EXPORT), fault);
        }
        try (SourceRun run = run(nation).start()) {
          assertIs(run, run.manifest(1), NATION);
          assertEquals(1, run.snapshots().size());
        }
        domo.releaseStalls();
      }
    }
  }

  /** Rows and cells are all there, only the last cell is short: nothing but the line end tells. */
  @Test
  void aCutInTheLastCellIsNoticedWhereNothingProvesTheEnd() throws Exception {
    RowSource rows =
        ListRows.of(
            List.of(new Column("a", DomoType.STRING), new Column("b", DomoType.STRING)),
            new String[] {"one", "longer"});
    DomoDataSet one = add("one", rows);
    one.dialect(CsvDialect.documented().withFraming(Framing.CLOSE).withGzip(false));
    domo.faults()
        .once(DomoRequest.on(Route.EXPORT), DomoFault.cut("a,b\none,longer\n".length() - 3));
    try (SourceRun run = run(one).start()) {
      assertIs(run, run.manifest(1), rows);
    }
  }

  @Test
  void everyDialectGivesTheSameRowsWithAndWithoutASchema() throws Exception {
    RowSource rows = text("a", "", null, "\"q\"", "x,y", "l1\nl2", "☃ \uD83D\uDE00", "-");
    int n = 0;
    String hash = null;
    for (CsvDialect.Quoting quoting : CsvDialect.Quoting.values()) {
      for (CsvDialect.LineEnd end : CsvDialect.LineEnd.values()) {
        for (boolean bom : new boolean[] {true, false}) {
          DomoDataSet one = add("dialect" + n++, rows);
          one.dialect(CsvDialect.documented().withQuoting(quoting).withLineEnd(end).withBom(bom));
          one.schemaShown(SchemaShown.values()[n % 3]);
          try (SourceRun run = run(one).start()) {
            SnapshotManifest manifest = run.manifest(1);
            assertIs(run, manifest, rows);
            hash = hash == null ? manifest.contentHash() : hash;
            assertEquals(hash, manifest.contentHash());
          }
        }
      }
    }
  }

  /** A6: the token moves first, the data follows; what goes out is the new data. */
  @Test
  void oldContentUnderANewTokenIsNotTheNewVersion() throws Exception {
    DomoDataSet nation = add("nation", changed("a"));
    try (SourceRun run = run(nation).with("domo.settle.max.ms", "60000").start()) {
      run.manifest(1);
      nation.lag(Duration.ofMinutes(10));
      nation.publish(changed("b"), Action.REPLACE);
      run.until("a look at the old content", () -> domo.log().requests(Route.EXPORT).size() == 2);
      for (int i = 0; i < 2; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size(), "same rows, nothing new");
      domo.clock().advance(Duration.ofMinutes(10));
      assertIs(run, run.manifest(2), changed("b"));
    }
  }

  @Test
  void anEditOfTheMetadataSendsNothing() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    nation.streamBacked(false);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      nation.describe("edited");
      run.until("a look at it", () -> domo.log().requests(Route.EXPORT).size() == 2);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size());
      assertEquals(2, domo.log().requests(Route.EXPORT).size(), "settled");
    }
  }

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

  /** C2. */
  @Test
  void aDeletedDataSetDisturbsNobody() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    DomoDataSet gone = add("gone", NATION);
    domo.delete(gone.id());
    try (SourceRun run = run(gone, nation).start()) {
      assertEquals(nation.id(), run.manifest(1).dataset());
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  /** C1. */
  @Test
  void aNewDataSetIsFoundByItsNameWhileRunning() throws Exception {
    add("sales.eu", NATION);
    add("sales.test", NATION);
    add("other", NATION);
    try (SourceRun run =
        run()
            .with("domo.dataset.include", "sales\\..*")
            .with("domo.dataset.exclude", ".*\\.test")
            .start()) {
      assertEquals("sales.eu", run.manifest(1).name());
      DomoDataSet us = add("sales.us", NATION_2);
      assertEquals(us.id(), run.manifest(2).dataset());
      assertIs(run, run.manifest(2), NATION_2);
      us.publish(NATION, Action.REPLACE);
      assertIs(run, run.manifest(3), NATION);
    }
  }

  @Test
  void everyDataSetHasOneOwner() throws Exception {
    List<DomoDataSet> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(add("d" + i, text("row of " + i)));
    }
    Set<String> sent = new TreeSet<>();
    for (int task = 0; task < 3; task++) {
      int index = task;
      long mine = all.stream().filter(d -> Rendezvous.owner(d.id(), 3) == index).count();
      try (SourceRun run =
          run(all.toArray(new DomoDataSet[0]))
              .with(DomoConfigDef.TASK_INDEX, "" + task)
              .with(DomoConfigDef.TASK_COUNT, "3")
              .start()) {
        run.until("its share", () -> run.manifests().size() >= mine);
        run.manifests().forEach(m -> assertTrue(sent.add(m.dataset()), "twice " + m.dataset()));
      }
    }
    assertEquals(12, sent.size());
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
      assertTrue(System.nanoTime() - before < Duration.ofMillis(1500).toNanos());
      before = System.nanoTime();
      run.stop();
      assertTrue(System.nanoTime() - before < Duration.ofMillis(2500).toNanos());
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

  private DomoDataSet add(String name, RowSource rows) {
    return domo.add(DataSetSpec.of(name, rows));
  }

  private SourceRun run(DomoDataSet... dataSets) {
    return new SourceRun(domo, spool, dataSets);
  }

  private static Predicate<SourceRecord> ordinal(long ordinal, String topic) {
    return record -> record.topic().equals(topic) && SourceRun.tag(record).ordinal() == ordinal;
  }

  private static RowSource text(String... cells) {
    String[][] rows = new String[cells.length][];
    for (int i = 0; i < cells.length; i++) {
      rows[i] = new String[] {cells[i], "x"};
    }
    return ListRows.of(
        List.of(new Column("a", DomoType.STRING), new Column("b c", DomoType.STRING)), rows);
  }

  private static RowSource changed(String cell) {
    return text("one", cell, "three");
  }

  private static void assertIs(SourceRun run, SnapshotManifest manifest, RowSource expected) {
    List<String> rows = Rendered.rows(expected);
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      numbered.add(i + 1 + ":" + rows.get(i));
    }
    assertEquals(numbered, run.rows(manifest.snapshot()));
    assertEquals(rows.size(), manifest.rows());
    assertEquals(0, manifest.dropped());
  }
}
