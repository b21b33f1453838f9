package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a query's answer says of rows and cells. */
class IncrementalCellsTest extends IncrementalScenario {
  @Test
  void anEmptyTextIsNullOrEmptyAsConfigured() throws Exception {
    DomoDataSet orders = add(list(row("1", "1", ""), row("2", "2", null)));
    try (SourceRun run = run(orders).start()) {
      read(run, 2);
      assertEquals(List.of("1|1|null", "2|2|null"), rendered(run));
    }
    try (SourceRun run = run(orders).with("domo.query.empty", "empty").start()) {
      read(run, 2);
      assertEquals(List.of("1|1|\"\"", "2|2|\"\""), rendered(run));
    }
    orders.queryNullsAsEmpty(false);
    try (SourceRun run = run(orders).with("domo.query.empty", "empty").start()) {
      read(run, 2);
      assertEquals(List.of("1|1|\"\"", "2|2|null"), rendered(run));
    }
  }

  @Test
  void rowsWithoutACursorAreNotSentButCounted() throws Exception {
    DomoDataSet orders =
        add(list(row("1", "1", "a"), row(null, "2", "b"), row("2", null, "c"), row("2", "3", "d")));
    try (SourceRun run = run(orders).start()) {
      read(run, 2);
      settled(run, 2);
      assertEquals(List.of("1|1|\"a\"", "2|3|\"d\""), rendered(run));
      assertEquals(1, log.with("2 rows without a value in domo.cursor.columns").size());
    }
  }

  @Test
  void aFilterGoesToDomoAndNeedsNoColumnOfTheRecord() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run =
        run(orders)
            .with("domo.columns", "orders: text")
            .with("domo.row.filter", "orders: NOT (id < 1010 OR text IN ('t12', 't13'))")
            .with("domo.query.page.rows", "4")
            .start()) {
      read(run, 18);
      settled(run, 18);
      assertEquals("\"t10\"", rendered(run).get(0));
      assertFalse(rendered(run).contains("\"t12\""));
      assertEquals(List.of("text"), fields(run));
    }
  }

  @Test
  void aMissingSchemaIsAskedFor() throws Exception {
    DomoDataSet orders = add(rows(0, 5));
    orders.schemaShown(SchemaShown.ABSENT);
    try (SourceRun run = run(orders).start()) {
      read(run, 5);
      assertRows(run, rows(0, 5));
    }
  }

  /** Numbers look like any number in JSON; what does not fit the type is never rounded. */
  @Test
  void cellsAreReadTolerantlyAndRefusedByNameIfTheyDoNotFit() throws Exception {
    DomoDataSet orders = add(rows(0, 5));
    domo.faults()
        .once(
            DomoRequest.on(Route.QUERY).and(this::isPage),
            new DomoFault.SpoilColumn("id", 2, "1.5"));
    try (SourceRun run = run(orders).with("domo.retry.backoff.ms", "300").start()) {
      holds(run, "row 3 of the page, column id of type LONG: the value is no whole number");
      read(run, 5);
      assertRows(run, rows(0, 5));
    }
  }

  /** A query may compare in another time zone than it shows: pages would skip rows. */
  @Test
  void aValueThatDomoShowsButDoesNotFindIsHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 6));
    FaultPlan.Handle elsewhere =
        domo.faults()
            .always(
                DomoRequest.on(Route.QUERY)
                    .and(r -> r.body().contains("COUNT(*) FROM table WHERE `seq` = 1")),
                new DomoFault.Answer(
                    200,
                    Map.of("Content-Type", "application/json"),
                    "{\"columns\":[\"COUNT(*)\"],\"metadata\":[{\"type\":\"LONG\"}],"
                        + "\"rows\":[[0]]}"));
    try (SourceRun run = run(orders).start()) {
      holds(run, "finds no row with it");
      assertEquals(0, run.rows().size());
      elsewhere.disarm();
      read(run, 6);
    }
  }
}
