package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows that come late, and when a task looks for rows. */
class IncrementalTimesTest extends IncrementalScenario {
  @Test
  void anOverlapReadsAgainAndBringsWhatCameLate() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run =
        run(orders)
            .with("exactly.once.support", "requested")
            .with("domo.cursor.overlap", "2")
            .with("domo.query.page.rows", "4")
            .start()) {
      read(run, 30);
      orders.publish(list(row("8", "1", "late"), row("4", "1", "too late")), Action.APPEND);
      run.until("the late row", () -> rendered(run).contains("8|1|\"late\""));
      settled(run, 40);
      assertFalse(rendered(run).contains("4|1|\"too late\""));
      assertEquals(9L, offset(run, orders).get("cursor"), "the offset does not fall back");
      run.rows().forEach(r -> assertTrue(r.sourceOffset().get("cursor") != null));
    }
  }

  /** Metadata moves before data: A6 for rows. */
  @Test
  void rowsThatFollowTheirMetadataLateAreFound() throws Exception {
    DomoDataSet orders = add(rows(0, 4));
    try (SourceRun run = run(orders).with("domo.settle.max.ms", "3000").start()) {
      read(run, 4);
      orders.lag(Duration.ofHours(1));
      orders.publish(rows(4, 7), Action.APPEND);
      long asked = domo.log().requests(Route.QUERY).size();
      run.until("a look too early", () -> domo.log().requests(Route.QUERY).size() > asked + 3);
      assertEquals(4, run.rows().size());
      domo.clock().advance(Duration.ofHours(2));
      read(run, 7);
      assertRows(run, rows(0, 7));
    }
  }

  @Test
  void aDelayWaitsForLateRows() throws Exception {
    LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    List<Column> columns =
        List.of(new Column("at", DomoType.DATETIME), new Column("id", DomoType.LONG));
    DomoDataSet orders =
        add(
            ListRows.of(
                columns,
                row(time(now.minusHours(3)), "1"),
                row(time(now.minusHours(2)), "2"),
                row(time(now), "3")));
    for (String mode : List.of("incremental", "snapshot+incremental")) {
      try (SourceRun run =
          new SourceRun(domo, spool, orders)
              .with("exactly.once.support", "requested")
              .with("domo.mode", mode)
              .with("domo.cursor.columns", "orders: at, id")
              .with("domo.cursor.delay.ms", "3600000")
              .start()) {
        boolean whole = mode.startsWith("snapshot");
        read(run, whole ? 3 : 2);
        settled(run, whole ? 3 : 2);
        if (whole) {
          run.manifest(1);
          // Rows above the delay come again: one of them could have been late.
          LocalDateTime reached = LocalDateTime.parse((String) offset(run, orders).get("cursor"));
          assertTrue(reached.isBefore(now.minusMinutes(59)), reached.toString());
        } else {
          assertEquals(2L, offset(run, orders).get("cursor.key"));
        }
      }
    }
  }

  /** Rows wait for the run, and those that follow their metadata late still belong to it. */
  @Test
  void aScheduleHoldsForRowsToo() throws Exception {
    domo.clock().stopAt(Instant.parse("2026-11-21T04:00:00Z"));
    DomoDataSet orders = add(rows(0, 3));
    try (SourceRun run =
        run(orders)
            .at(domo.clock()::now)
            .with("domo.schedule", "0 6 * * *")
            .with("domo.settle.max.ms", "900000")
            .start()) {
      read(run, 3);
      domo.clock().advance(Duration.ofMinutes(115));
      orders.lag(Duration.ofMinutes(9));
      orders.publish(rows(3, 6), Action.APPEND);
      domo.clock().advance(Duration.ofMinutes(4));
      nothingMore(run, 3);
      domo.clock().advance(Duration.ofMinutes(1));
      nothingMore(run, 3);
      domo.clock().advance(Duration.ofMinutes(5));
      read(run, 6);
      orders.lag(Duration.ZERO);
      orders.publish(rows(6, 9), Action.APPEND);
      domo.clock().advance(Duration.ofHours(23));
      nothingMore(run, 6);
      domo.clock().advance(Duration.ofHours(1));
      read(run, 9);
      assertRows(run, rows(0, 9));
    }
  }

  @Test
  void aRunThatWasMissedIsMadeUpForAfterTheStart() throws Exception {
    domo.clock().stopAt(Instant.parse("2026-11-21T04:00:00Z"));
    DomoDataSet orders = add(rows(0, 3));
    try (SourceRun run =
        run(orders).at(domo.clock()::now).with("domo.schedule", "0 6 * * *").start()) {
      read(run, 3);
      run.stop();
      domo.clock().advance(Duration.ofHours(1));
      orders.publish(rows(3, 6), Action.APPEND);
      run.start();
      nothingMore(run, 3);
      run.stop();
      domo.clock().advance(Duration.ofHours(8));
      run.start();
      read(run, 6);
      run.stop();
      orders.publish(rows(6, 9), Action.APPEND);
      run.start();
      nothingMore(run, 6);
    }
  }

  /** Long enough for the fetch thread to look at the clock twice. */
  private static void nothingMore(SourceRun run, int rows) throws Exception {
    for (long i = 0; i < FetchLoop.NAP_MS / 500; i++) {
      run.round();
    }
    assertEquals(rows, run.rows().size());
  }
}
