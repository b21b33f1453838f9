package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which DataSets a task reads, and what happens when they come and go. */
class SourceDiscoveryTest extends SourceScenario {
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

  /**
   * C2: what goes wrong with one DataSet makes that one wait. A failure that reached the loop would
   * make all of them wait, here for longer than the test.
   */
  @ParameterizedTest
  @EnumSource
  void aDataSetThatFailsKeepsNobodyWaiting(Trouble trouble) throws Exception {
    DomoDataSet bad = add("bad", NATION);
    DomoDataSet nation = add("nation", NATION);
    Predicate<DomoRequest> download = DomoRequest.on(Route.EXPORT, bad.id());
    switch (trouble) {
      case OUTAGE -> domo.faults().always(download, DomoFault.page(503));
      case GONE -> domo.delete(bad.id());
      case UNVERIFIED -> domo.faults().always(download, DomoFault.dropRows(3, 2));
      case SETTINGS -> {}
    }
    try (SourceRun run =
        run(bad, nation)
            .with("domo.key.columns", trouble == Trouble.SETTINGS ? "bad: nope" : "")
            .with("domo.retry.backoff.ms", "3600000")
            .with("domo.retry.backoff.max.ms", "3600000")
            .start()) {
      assertIs(run, run.manifest(1), NATION);
      run.untilStatus("bad", "held");
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
    }
  }

  enum Trouble {
    OUTAGE,
    GONE,
    UNVERIFIED,
    SETTINGS
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
}
