package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Rows by a cursor: each once, in order, page by page, through faults and restarts. */
class IncrementalTaskTest extends IncrementalScenario {
  @Test
  void everyRowComesOnceInTheOrderOfTheCursorAndNewOnesFollow() throws Exception {
    DomoDataSet orders = add(rows(0, 57));
    try (SourceRun run = run(orders).with("domo.query.page.rows", "9").start()) {
      read(run, 57);
      orders.publish(rows(57, 60), Action.APPEND);
      read(run, 60);
      assertRows(run, rows(0, 60));
      SourceRecord last = run.rows().get(59);
      assertEquals("domo.orders", last.topic());
      assertEquals(orders.id(), SnapshotHeaders.datasetId(last.headers()).orElseThrow());
      assertTrue(SnapshotHeaders.rowTag(last.headers()).isEmpty(), "no snapshot");
      assertEquals(List.of(), run.manifests());
      assertEquals(19L, last.sourceOffset().get("cursor"));
      assertEquals(1059L, last.sourceOffset().get("cursor.key"));
      assertEquals(1L, last.sourceOffset().get("fmt"));
      assertEquals(
          Set.of("fmt", "config", "columns", "cursor", "cursor.key"), last.sourceOffset().keySet());
      assertEquals(1, run.batches().get(0), "one row first, as the topic may be missing");
      assertTrue(run.batches().stream().allMatch(size -> size <= 10), run.batches().toString());
    }
    assertEquals(0, domo.log().requests(Route.EXPORT).size());
  }

  /** Wherever a worker ends, the next one goes on behind the last committed row. */
  @Test
  void aRestartInTheMiddleOfAPageGoesOnWithTheNextRow() throws Exception {
    DomoDataSet orders = add(rows(0, 40));
    try (SourceRun run =
        run(orders).with("domo.query.page.rows", "12").with("domo.batch.max.rows", "5")) {
      for (int seen = 1; seen < 40; seen += 5) {
        int least = seen;
        run.start();
        run.until("rows", () -> run.rows().size() >= least);
        run.stop();
      }
      run.start();
      read(run, 40);
      assertRows(run, rows(0, 40));
    }
  }

  @Test
  void withoutATiebreakAValueGoesWholeAndIsNeverLostAtTheEndOfAPage() throws Exception {
    DomoDataSet orders = add(rows(0, 60));
    for (int page = 3; page <= 8; page++) {
      String rows = Integer.toString(page);
      try (SourceRun run = plain(orders).with("domo.query.page.rows", rows).start()) {
        read(run, 60);
        assertEquals(Set.copyOf(Rendered.rows(rows(0, 60))), Set.copyOf(rendered(run)));
        assertEquals(60, run.rows().size(), "once each without a restart");
        settled(run, 60);
      }
    }
  }

  @Test
  void withoutATiebreakARestartRepeatsAValueRatherThanLosingItsRest() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = plain(orders).with("domo.batch.max.rows", "2")) {
      for (int i = 0; i < 12; i++) {
        int least = Math.min(27, 1 + 2 * i);
        run.start();
        run.until("rows", () -> new HashSet<>(rendered(run)).size() >= least);
        run.stop();
      }
      run.start();
      run.until("all", () -> new HashSet<>(rendered(run)).size() == 30);
      assertEquals(Set.copyOf(Rendered.rows(rows(0, 30))), Set.copyOf(rendered(run)));
    }
  }

  @Test
  void moreRowsOfAValueThanAPageHoldsAreHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = plain(orders).with("domo.query.page.rows", "2").start()) {
      holds(run, "domo.query.page.rows");
      assertEquals(0, run.rows().size());
    }
  }

  @Test
  void aTiebreakThatIsNotUniqueIsHeldInWords() throws Exception {
    DomoDataSet orders = add(list(row("1", "7", "a"), row("1", "7", "b"), row("2", "1", "c")));
    for (String page : List.of("1", "2", "10")) {
      try (SourceRun run = run(orders).with("domo.query.page.rows", page).start()) {
        holds(run, "unique");
        assertEquals(0, run.rows().size(), "page of " + page);
      }
    }
  }

  @Test
  void aPageIsBoundedInBytesToo() throws Exception {
    String large = "x".repeat(400);
    RowSource rows =
        list(
            IntStream.range(0, 40)
                .mapToObj(i -> row("" + i, "" + i, large + i))
                .toArray(String[][]::new));
    DomoDataSet orders = add(rows);
    try (SourceRun run = run(orders).with("domo.query.page.bytes", "1024").start()) {
      read(run, 40);
      assertRows(run, rows);
    }
    assertTrue(domo.log().requests(Route.QUERY).size() > 10, "many small pages");
  }

  /** Whatever an answer does, every row comes once. */
  @Test
  void faultsOfAnswersLoseNothing() throws Exception {
    List<DomoFault> faults =
        List.of(
            DomoFault.cut(120),
            DomoFault.cut(250),
            DomoFault.reset(),
            DomoFault.page(502),
            DomoFault.tooManyRequests(null),
            new DomoFault.ExpireTokens(2),
            new DomoFault.RepeatRow(3),
            new DomoFault.TypeChanged("id", DomoType.DOUBLE));
    for (DomoFault fault : faults) {
      DomoDataSet orders = domo.add(DataSetSpec.of("o" + faults.indexOf(fault), rows(0, 21)));
      domo.faults().once(DomoRequest.on(Route.QUERY).and(this::isPage), fault);
      try (SourceRun run =
          new SourceRun(domo, spool, orders)
              .with("domo.mode", "incremental")
              .with("domo.query.page.rows", "8")
              .with("domo.cursor.columns", orders.name() + ": seq, id")
              .start()) {
        read(run, 21);
        settled(run, 21);
        assertRows(run, rows(0, 21));
      }
    }
  }

  @Test
  void droppedRowsHoldItOrAreAllowed() throws Exception {
    DomoDataSet orders = add(rows(0, 12));
    try (SourceRun run = run(orders).dropping(IncrementalTaskTest::isFive).start()) {
      holds(run, "1 of 12 rows did not reach Kafka");
      orders.publish(rows(12, 15), Action.APPEND);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(11, run.rows().size());
    }
    try (SourceRun run =
        run(orders)
            .with("domo.dropped.rows", "allow")
            .dropping(IncrementalTaskTest::isFive)
            .start()) {
      read(run, 14);
    }
  }

  /** What is reported is reported after its offset is gone, so the advice is all that there is. */
  @Test
  void theOffsetToSetBackBringsADroppedRowAndARestartAloneDoesNot() throws Exception {
    DomoDataSet orders = add(rows(0, 3));
    try (SourceRun run = run(orders).start()) {
      read(run, 3);
      run.dropping(IncrementalTaskTest::isFive);
      orders.publish(rows(3, 12), Action.APPEND);
      holds(run, "set the offset of the DataSet back to {cursor: 0, cursor.key: 1002}");
      run.stop();
      run.dropping(row -> false).start();
      orders.publish(rows(12, 15), Action.APPEND);
      read(run, 14);
      assertFalse(rendered(run).contains("1|1005|\"t5\""));
      run.stop();
      run.offsets()
          .put(
              SourcePosition.partition(orders.id()),
              new HashMap<>(Map.of("cursor", 0, "cursor.key", 1002)));
      run.start();
      run.until("the dropped row", () -> rendered(run).contains("1|1005|\"t5\""));
    }
  }

  private static boolean isFive(SourceRecord row) {
    return Rendered.row((Struct) row.value()).contains("t5");
  }

  @Test
  void aPollDoesNotWaitForDomo() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    domo.faults().once(DomoRequest.on(Route.QUERY).and(this::isPage), DomoFault.stall(100));
    try (SourceRun run = run(orders).with("domo.read.timeout.ms", "600000").start()) {
      Await.until("a stalled page", SourceRun.LIMIT, () -> domo.log().underWay(Route.QUERY) == 1);
      assertEquals(0, run.round(), "a poll comes back while the page stalls");
      assertEquals(1, domo.log().underWay(Route.QUERY), "and it stalls still");
    }
    Await.until(
        "the end of the task ends the call",
        SourceRun.LIMIT,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("domo-fetch-run")));
  }
}
