package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The list of DataSets comes in pages of 50, and moves under the reader's feet. */
class ListingFaultTest extends SourceScenario {
  private static final Predicate<DomoRequest> SECOND_PAGE =
      DomoRequest.on(Route.LIST)
          .and(request -> !request.query().getOrDefault("offset", "0").equals("0"));

  /** What is behind the deleted ones moves up, past the reader. */
  @Test
  void dataSetsThatMoveUpWhileTheyAreListedAreFoundAllTheSame() throws Exception {
    List<DomoDataSet> others = filled();
    domo.faults().once(SECOND_PAGE, new DomoFault.Before(() -> deleteEnds(others)));
    assertAllKeptAreSentOnce();
  }

  @Test
  void dataSetsThatMoveUpWhileTheyAreListedAreNotTakenForGone() throws Exception {
    List<DomoDataSet> others = filled();
    try (SourceRun run =
            run()
                .with("domo.dataset.include", "keep.*")
                .with("domo.discovery.interval.ms", "200")
                .start();
        CapturedLog log = CapturedLog.open()) {
      run.until("all of them", () -> run.manifests().size() == 13);
      FaultPlan.Handle drift =
          domo.faults().once(SECOND_PAGE, new DomoFault.Before(() -> deleteEnds(others)));
      run.until("the list read", () -> drift.fired() == 1);
      long before = domo.log().count(SECOND_PAGE);
      run.until("the list read again", () -> domo.log().count(SECOND_PAGE) > before + 4);
      assertEquals(List.of(), log.warnings());
    }
  }

  /** What is new moves the rest down, into the reader's way. */
  @Test
  void dataSetsThatAreListedTwiceAreReadOnce() throws Exception {
    filled();
    domo.faults()
        .once(
            SECOND_PAGE,
            new DomoFault.Before(
                () -> {
                  for (int i = 0; i < 7; i++) {
                    add("late" + i, text("x"));
                  }
                }));
    assertAllKeptAreSentOnce();
  }

  @Test
  void aListThatFailsInItsMiddleIsReadAgain() throws Exception {
    filled();
    domo.faults().once(SECOND_PAGE, DomoFault.page(503));
    domo.faults().once(SECOND_PAGE, DomoFault.reset());
    domo.faults().once(SECOND_PAGE, DomoFault.page(200));
    assertAllKeptAreSentOnce();
  }

  /** The oldest and the newest: one of both is the first page. */
  private void deleteEnds(List<DomoDataSet> dataSets) {
    dataSets.subList(0, 12).forEach(dataSet -> domo.delete(dataSet.id()));
    dataSets
        .subList(dataSets.size() - 12, dataSets.size())
        .forEach(dataSet -> domo.delete(dataSet.id()));
  }

  /** 130 DataSets, of which every tenth is wanted; gives the ones that are not. */
  private List<DomoDataSet> filled() {
    List<DomoDataSet> others = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      if (i % 10 == 9) {
        add("keep" + i, text("row of " + i));
      } else {
        others.add(add("other" + i, text("x")));
      }
    }
    return others;
  }

  private void assertAllKeptAreSentOnce() throws Exception {
    Set<String> wanted = new TreeSet<>();
    for (int i = 9; i < 130; i += 10) {
      wanted.add("keep" + i);
    }
    try (SourceRun run = run().with("domo.dataset.include", "keep.*").start()) {
      run.until("all of them", () -> run.manifests().size() >= wanted.size());
      run.round();
      assertEquals(
          List.copyOf(wanted),
          run.manifests().stream()
              .map(SnapshotManifest::name)
              .sorted()
              .collect(Collectors.toList()));
    }
  }
}
