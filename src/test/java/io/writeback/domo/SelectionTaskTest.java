package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part of a DataSet as a snapshot, and a snapshot that goes on by a cursor. */
class SelectionTaskTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("seq", DomoType.LONG),
          new Column("id", DomoType.LONG),
          new Column("text", DomoType.STRING));

  private final LogLines log = new LogLines();
  @TempDir Path spool;
  private DomoStandIn domo;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
  }

  @AfterEach
  void stop() {
    domo.close();
    log.close();
  }

  @Test
  void aSnapshotOfAPartIsCountedAndHashedAsThatPart() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.columns", "orders: text, seq")
            .with("domo.row.filter", "orders: id >= 1010 AND text <> 't20'")
            .with("domo.batch.max.rows", "4")
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(19, manifest.rows());
      assertEquals(2, manifest.columns().size());
      List<String> expected = new ArrayList<>();
      for (int i = 10; i < 30; i++) {
        if (i != 20) {
          expected.add(expected.size() + 1 + ":" + i / 3 + "|\"t" + i + "\"");
        }
      }
      assertEquals(expected, run.rows(manifest.snapshot()), "in the DataSet's order of columns");

      // Other rows and columns than those wanted: the part is the same, so nothing is sent.
      long looks = domo.log().requests(Route.EXPORT).size();
      orders.publish(
          list(
              IntStream.range(5, 30)
                  .mapToObj(i -> row("" + i / 3, i < 10 ? "7" : "" + (1000 + i), "t" + i))
                  .toArray(String[][]::new)),
          Action.REPLACE);
      run.until("a look", () -> domo.log().requests(Route.EXPORT).size() > looks);
      run.round();
      run.round();
      assertEquals(1, run.manifests().size());
      orders.publish(rows(0, 31), Action.REPLACE);
      assertEquals(20, run.manifest(2).rows());
    }
  }

  /** The export is verified whole, the guards and the resume count the part. */
  @Test
  void aPartOfASnapshotIsVerifiedWholeAndResumedByItsOwnOrdinals() throws Exception {
    DomoDataSet orders = add(rows(0, 40));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(0, 1));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.row.filter", "orders: id >= 1010")
            .with("domo.batch.max.rows", "7")
            .start()) {
      run.until("some rows", () -> run.rows().size() >= 15);
      assertEquals(2, domo.log().requests(Route.EXPORT).size(), "a row that nobody wants was lost");
      run.stop();
      run.start();
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(Set.of(manifest.snapshot()), run.snapshots());
      List<String> all = run.rows(manifest.snapshot());
      assertEquals(30, all.size());
      assertEquals("1:3|1010|\"t10\"", all.get(0));
      assertEquals(30, new HashSet<>(all).size());
      assertTrue(all.get(29).startsWith("30:"), all.get(29));
    }
  }

  @Test
  void badCellsCountOnlyWhereTheyAreRead() throws Exception {
    RowSource bad = list(row("1", "1", "a"), row("2", "2", "b"), row("3", "3", "c"));
    DomoDataSet orders = add(bad);
    domo.faults()
        .arm(DomoRequest.on(Route.EXPORT), 0, 99, new DomoFault.SpoilColumn("seq", 1, "1.5"));
    try (SourceRun run = unsampled(orders).start()) {
      run.until(
          "words",
          () ->
              !log.with("row 2, column seq of type LONG: the value is no whole number").isEmpty());
      assertEquals(0, run.rows().size());
    }
    try (SourceRun run = unsampled(orders).with("domo.columns", "orders: id, text").start()) {
      assertEquals(3, run.manifest(1).rows());
    }
    try (SourceRun run = unsampled(orders).with("domo.row.filter", "orders: id < 2").start()) {
      assertEquals(1, run.manifest(1).rows());
    }
    try (SourceRun run =
        unsampled(orders)
            .with("domo.columns", "orders: id, text")
            .with("domo.row.filter", "orders: seq < 2")
            .start()) {
      int said = log.with("row 2, column seq").size();
      run.until("words", () -> log.with("row 2, column seq").size() > said);
      assertEquals(0, run.rows().size(), "nobody knows whether the row is wanted");
    }
  }

  @Test
  void columnsThatCannotBeNamedStopBeforeTheDownload() throws Exception {
    List<Column> same = List.of(new Column("a b", DomoType.LONG), new Column("a_b", DomoType.LONG));
    DomoDataSet orders = add(ListRows.of(same, row("1", "2")));
    try (SourceRun run = new SourceRun(domo, spool, orders).start()) {
      run.until("words", () -> !log.with("both become field a_b").isEmpty());
      assertEquals(0, domo.log().requests(Route.EXPORT).size());
    }
    try (SourceRun run =
        new SourceRun(domo, spool, orders).with("domo.columns", "orders: a b").start()) {
      assertEquals(1, run.manifest(1).rows());
    }
    try (SourceRun run =
        new SourceRun(domo, spool, orders).with("domo.columns", "orders: nope").start()) {
      run.until("words", () -> !log.with("no column \"nope\"").isEmpty());
    }
  }

  /** Timezone, DECIMAL and DATE of one row. */
  @Test
  void timesAreReadInTheirZone() throws Exception {
    List<Column> columns =
        List.of(new Column("at", DomoType.DATETIME), new Column("day", DomoType.DATE));
    DomoDataSet orders =
        add(
            ListRows.of(
                columns,
                row("2024-01-31T12:00:00", "2024-01-31"),
                row("2024-07-31T12:00:00", "2024-07-31"),
                row("2024-03-31T02:30:00", null),
                row("2024-10-27T02:30:00", null)));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.timezone", "Europe/Berlin")
            .with("domo.row.filter", "orders: at <> '2024-01-01T00:00:00'")
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(
          List.of(
              "1:2024-01-31T11:00:00|2024-01-31",
              "2:2024-07-31T10:00:00|2024-07-31",
              "3:2024-03-31T01:30:00|null",
              "4:2024-10-27T00:30:00|null"),
          run.rows(manifest.snapshot()));
      run.stop();
      run.with("domo.timezone", "UTC").start();
      assertEquals(Reason.RESEND, run.manifest(2).reason());
    }
  }

  @Test
  void aSnapshotGoesOnByItsCursorAndNothingIsLostOrDoubled() throws Exception {
    for (String columns : List.of("seq, id", "seq, text", "seq")) {
      DomoDataSet orders = domo.add(DataSetSpec.of("orders." + columns.length(), rows(0, 31)));
      String cursor = orders.name() + ": " + columns;
      try (SourceRun run =
          new SourceRun(domo, spool, orders)
              .with("domo.mode", "snapshot+incremental")
              .with("domo.cursor.columns", cursor)
              .with("domo.query.page.rows", "4")
              .start()) {
        SnapshotManifest manifest = run.manifest(1);
        assertEquals(31, manifest.rows());
        // Not value 10, which the snapshot has in part: rows of a value that come later are late.
        orders.publish(rows(33, 50), Action.APPEND);
        run.until("the rest", () -> run.rows().size() >= 48);
        settled(run, 48);
        List<SourceRecord> rest = run.rows().subList(31, 48);
        assertEquals(Set.copyOf(Rendered.rows(rows(33, 50))), Set.copyOf(rendered(rest)), cursor);
        assertTrue(SnapshotHeaders.rowTag(rest.get(0).headers()).isEmpty());
        Map<String, ?> offset = rest.get(16).sourceOffset();
        assertEquals(manifest.snapshot(), offset.get("snapshot"), "offsets carry both");
        assertEquals(16L, offset.get("cursor"));
        assertEquals(1, run.manifests().size());
        assertEquals(1, domo.log().count(DomoRequest.on(Route.EXPORT, orders.id())));
        run.stop();
        orders.publish(rows(51, 54), Action.APPEND);
        run.start();
        run.until("rows after a restart", () -> run.rows().size() >= 51);
        settled(run, 51);
        assertEquals(1, run.manifests().size());
      }
    }
  }

  /** A crash anywhere: in the snapshot, between the manifest and the first page, in a page. */
  @Test
  void aRestartAtAnyPlaceKeepsTheHandover() throws Exception {
    DomoDataSet orders = add(rows(0, 20));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.mode", "snapshot+incremental")
            .with("domo.cursor.columns", "orders: seq, id")
            .with("domo.batch.max.rows", "3")) {
      boolean added = false;
      for (int least : new int[] {1, 4, 10, 19, 20, 21, 24, 29}) {
        run.start();
        run.until("rows", () -> run.rows().size() >= Math.min(least, 20));
        if (run.rows().size() >= 20) {
          run.manifest(1);
          if (!added) {
            // Between the manifest and the first page.
            run.stop();
            orders.publish(rows(21, 33), Action.APPEND);
            added = true;
            run.start();
          }
        }
        run.until("more", () -> run.rows().size() >= least);
        run.stop();
      }
      run.start();
      run.until("all", () -> run.rows().size() >= 32);
      settled(run, 32);
      List<String> expected = new ArrayList<>(Rendered.rows(rows(0, 20)));
      expected.addAll(Rendered.rows(rows(21, 33)));
      assertEquals(expected, rendered(run.rows()));
      assertEquals(1, run.manifests().size());
    }
  }

  @Test
  void aSnapshotWithoutRowsGoesOnWithAllRows() throws Exception {
    DomoDataSet orders = add(ListRows.of(COLUMNS));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.mode", "snapshot+incremental")
            .with("snapshot.min.rows", "0")
            .with("domo.cursor.initial", "latest")
            .with("domo.cursor.columns", "orders: seq, id")
            .start()) {
      assertEquals(0, run.manifest(1).rows());
      run.stop();
      orders.publish(rows(0, 6), Action.REPLACE);
      run.start();
      run.until("rows", () -> run.rows().size() >= 6);
      assertEquals(Rendered.rows(rows(0, 6)), rendered(run.rows()));
    }
  }

  /** B4 in both halves. */
  @Test
  void underOtherSettingsTheHandoverBeginsAgainIfItMay() throws Exception {
    DomoDataSet orders = add(rows(0, 6));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.mode", "snapshot+incremental")
            .with("domo.cursor.columns", "orders: seq, id")
            .start()) {
      SnapshotManifest first = run.manifest(1);
      run.stop();
      run.with("domo.columns", "orders: id").start();
      run.until("words", () -> !log.with("domo.on.config.change").isEmpty());
      assertEquals(1, run.manifests().size());
      run.stop();
      run.with("domo.on.config.change", "restart").start();
      SnapshotManifest second = run.manifest(2);
      assertEquals(Reason.RESEND, second.reason());
      assertNotEquals(first.snapshot(), second.snapshot());
      orders.publish(rows(9, 12), Action.APPEND);
      run.until("rows", () -> run.rows().size() >= 15);
      settled(run, 15);
      assertEquals(List.of("1009", "1010", "1011"), rendered(run.rows()).subList(12, 15));
    }
  }

  /** A9: the one does not wait for the other. */
  @Test
  void aLongSnapshotDoesNotStopRowsOfOthers() throws Exception {
    DomoDataSet large = domo.add(DataSetSpec.of("large", rows(0, 2000)));
    DomoDataSet small = domo.add(DataSetSpec.of("small", rows(0, 5)));
    try (SourceRun run =
        new SourceRun(domo, spool, large, small)
            .with("domo.mode", "snapshot+incremental")
            .with("domo.spool.concurrency", "1")
            .with("domo.batch.max.rows", "2")
            .with("domo.cursor.columns", "large: seq, id; small: seq, id")) {
      run.offsets()
          .put(
              SourcePosition.partition(small.id()),
              new java.util.HashMap<>(Map.of("cursor", 0L, "cursor.key", 1002L)));
      run.start();
      run.until(
          "the small one's rows",
          () -> run.rows().stream().filter(r -> r.topic().equals("domo.small")).count() == 2);
      assertFalse(run.manifests().size() > 0, "the large one is still under way");
    }
  }

  /** The export is spoiled and the queries are not, which a comparison would find first. */
  private SourceRun unsampled(DomoDataSet dataSet) {
    return new SourceRun(domo, spool, dataSet).with("domo.verify.sample.rows", "0");
  }

  private DomoDataSet add(RowSource rows) {
    return domo.add(DataSetSpec.of("orders", rows));
  }

  private void settled(SourceRun run, int rows) throws Exception {
    rest(run);
    long calls = domo.log().requests(Route.DATASET).size();
    Await.until(
        "some looks", SourceRun.LIMIT, () -> domo.log().requests(Route.DATASET).size() > calls + 3);
    rest(run);
    assertEquals(rows, run.rows().size());
  }

  private static void rest(SourceRun run) throws InterruptedException {
    for (int rows = run.round(); rows > 0; rows = run.round()) {
      // Until a poll brings nothing.
    }
  }

  private static List<String> rendered(List<SourceRecord> rows) {
    return rows.stream().map(r -> Rendered.row((Struct) r.value())).toList();
  }

  private static RowSource rows(int from, int to) {
    return list(
        IntStream.range(from, to)
            .mapToObj(i -> row("" + i / 3, "" + (1000 + i), "t" + i))
            .toArray(String[][]::new));
  }

  private static RowSource list(String[]... rows) {
    return ListRows.of(COLUMNS, rows);
  }

  private static String[] row(String... cells) {
    return cells;
  }
}
