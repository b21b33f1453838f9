package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A part of a DataSet as a snapshot. */
class SelectionTaskTest extends IncrementalScenario {
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

  /** The export is spoiled and the queries are not, which a comparison would find first. */
  private SourceRun unsampled(DomoDataSet dataSet) {
    return new SourceRun(domo, spool, dataSet).with("domo.verify.sample.rows", "0");
  }
}
