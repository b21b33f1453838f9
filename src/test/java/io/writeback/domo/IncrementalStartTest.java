package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where reading by a cursor begins: settings, offsets, and what contradicts them. */
class IncrementalStartTest extends IncrementalScenario {
  @Test
  void readingStartsWhereItIsTold() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    try (SourceRun run = run(orders).with("domo.cursor.initial", "8").start()) {
      read(run, 6);
      settled(run, 6);
      assertEquals(Rendered.rows(rows(24, 30)), rendered(run));
    }
  }

  /**
   * The last row goes out, so that there is an offset: what comes while nobody runs is not lost.
   */
  @Test
  void latestKeepsItsPlaceThroughRestarts() throws Exception {
    for (boolean tiebreak : new boolean[] {true, false}) {
      DomoDataSet more = domo.add(DataSetSpec.of("more" + tiebreak, rows(0, 30)));
      int last = tiebreak ? 1 : 3;
      try (SourceRun run = latest(more, tiebreak).start()) {
        read(run, 1);
        run.stop();
        more.publish(rows(30, 33), Action.APPEND);
        run.start();
        read(run, last + 3);
        more.publish(rows(33, 36), Action.APPEND);
        read(run, last + 6);
        settled(run, tiebreak ? 7 : 10);
        assertEquals(Set.copyOf(Rendered.rows(rows(30 - last, 36))), Set.copyOf(rendered(run)));
      }
    }
  }

  @Test
  void latestOfAFewRowsOrNone() throws Exception {
    DomoDataSet one = domo.add(DataSetSpec.of("one", rows(0, 1)));
    try (SourceRun run = latest(one, true).start()) {
      read(run, 1);
      run.stop();
      one.publish(rows(1, 3), Action.APPEND);
      run.start();
      read(run, 3);
    }
    DomoDataSet none = domo.add(DataSetSpec.of("none", rows(0, 0)));
    try (SourceRun run = latest(none, true).start()) {
      run.until(
          "the end is known",
          () -> log.with("DataSet " + none.id() + ": starting at its first row").size() == 1);
      none.publish(rows(0, 3), Action.APPEND);
      read(run, 3);
      assertRows(run, rows(0, 3));
    }
  }

  private SourceRun latest(DomoDataSet dataSet, boolean tiebreak) {
    return (tiebreak ? run(dataSet) : plain(dataSet)).with("domo.cursor.initial", "latest");
  }

  @Test
  void anInitialValueThatIsNotOfTheColumnIsHeldInWords() throws Exception {
    DomoDataSet orders = add(rows(0, 3));
    try (SourceRun run = run(orders).with("domo.cursor.initial", "yesterday").start()) {
      holds(run, "\"yesterday\" is no number");
    }
  }

  /** B4. */
  @Test
  void otherSettingsHoldItOrStartItOver() throws Exception {
    DomoDataSet orders = add(rows(0, 10));
    try (SourceRun run = run(orders).start()) {
      read(run, 10);
      run.stop();
      run.with("domo.columns", "orders: id, text").start();
      holds(run, "domo.on.config.change");
      settled(run, 10);
      run.stop();
      run.with("transforms", "later").with("domo.columns", "").start();
      settled(run, 10);
      run.stop();
      run.with("domo.columns", "orders: id, text").with("domo.on.config.change", "restart").start();
      read(run, 20);
      assertEquals("1000|\"t0\"", rendered(run).get(10));
      run.stop();
      run.start();
      settled(run, 20);
    }
  }

  @Test
  void otherColumnsAreHeldIfTheyMustNotChange() throws Exception {
    DomoDataSet orders = add(rows(0, 3));
    List<Column> more = new ArrayList<>(COLUMNS);
    more.add(new Column("new", DomoType.DOUBLE));
    try (SourceRun run = run(orders).with("domo.schema.change", "fail").start()) {
      read(run, 3);
      orders.publish(
          ListRows.of(more, row("0", "1000", "a", "0.5"), row("9", "9", "b", "1.5")),
          Action.REPLACE);
      holds(run, "domo.schema.change");
      assertEquals(3, run.rows().size());
      run.stop();
      run.with("domo.schema.change", "evolve").start();
      read(run, 4);
      assertEquals("9|9|\"b\"|1.5", rendered(run).get(3));
    }
  }

  @Test
  void anOffsetOfAnOperatorIsReadAsAnyNumberOrText() throws Exception {
    DomoDataSet orders = add(rows(0, 30));
    for (Map<String, Object> offset :
        List.<Map<String, Object>>of(
            Map.of("cursor", 6, "cursor.key", 1019),
            Map.of("cursor", "6", "cursor.key", 1019L),
            Map.of("cursor", 6L, "cursor.key", "1019"))) {
      try (SourceRun run = run(orders)) {
        run.offsets().put(SourcePosition.partition(orders.id()), new HashMap<>(offset));
        run.start();
        read(run, 10);
        settled(run, 10);
        assertEquals(Rendered.rows(rows(20, 30)), rendered(run), offset.toString());
      }
    }
    try (SourceRun run = run(orders)) {
      run.offsets().put(SourcePosition.partition(orders.id()), new HashMap<>(Map.of("cursor", 6)));
      run.start();
      read(run, 9);
      settled(run, 9);
      assertEquals(Rendered.rows(rows(21, 30)), rendered(run), "behind the whole value");
    }
  }

  @Test
  void aDataSetReplacedWithLowerCursorsIsReported() throws Exception {
    DomoDataSet orders = add(rows(30, 36));
    try (SourceRun run = run(orders).start()) {
      read(run, 6);
      orders.publish(rows(0, 6), Action.REPLACE);
      holds(run, "reset its offset");
      settled(run, 6);
    }
  }
}
