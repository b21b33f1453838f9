package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.ListRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A snapshot that goes on by a cursor ({@code snapshot+incremental}). */
class HandoverTest extends IncrementalScenario {
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

  /** The place to go on from is known when the stream ends, with the verdict on it. */
  @Test
  void aStreamedSnapshotGoesOnByItsCursorToo() throws Exception {
    DomoDataSet orders = add(rows(0, 20));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    try (SourceRun run =
        new SourceRun(domo, spool, orders)
            .with("domo.mode", "snapshot+incremental")
            .with("domo.cursor.columns", "orders: seq, id")
            .with("domo.spool", "none")
            .with("domo.spool.dir", "")
            .with("domo.metadata.fields", "__row")
            .with("exactly.once.support", "requested")
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertEquals(20, run.rows(manifest.snapshot()).size());
      int sent = run.rows().size();
      assertTrue(sent > 20, "rows of the spoiled download went out, and have no manifest");
      assertTrue(offset(run, orders).containsKey("cursor"), offset(run, orders).toString());
      orders.publish(rows(21, 30), Action.APPEND);
      read(run, sent + 9);
      settled(run, sent + 9);
      List<SourceRecord> rest = run.rows().subList(sent, sent + 9);
      assertEquals(
          List.of("1021", "1029"),
          List.of(
              "" + ((Struct) rest.get(0).value()).get("id"),
              "" + ((Struct) rest.get(8).value()).get("id")));
      assertNull(((Struct) rest.get(0).value()).get("__row"), "it belongs to no snapshot");
      assertEquals(1L, ((Struct) run.rows().get(0).value()).get("__row"));
      run.stop();
      orders.publish(rows(30, 33), Action.APPEND);
      run.start();
      read(run, sent + 12);
      assertEquals(1, run.manifests().size());
    }
  }
}
