package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DomoDataSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

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
