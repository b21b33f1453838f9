package io.writeback.domo;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A Domo with one DataSet, a source that reads it, and what goes wrong between them. */
final class FaultScene implements AutoCloseable {
  static final String DATASET = "nation";

  final DomoStandIn domo;
  final DomoDataSet nation;
  final SourceRun run;
  private final List<FaultPlan.Handle> armed = new ArrayList<>();
  private RowSource expected = SourceScenario.NATION;
  private Runnable cure = () -> {};

  /**
   * Expired tokens show as 406 on CSV calls here; plain 401 answers are armed where they matter.
   */
  FaultScene(Path spool) {
    domo = DomoStandIn.start(Settings.defaults().withExpiredCsvIs406(true));
    nation = domo.add(DataSetSpec.of(DATASET, expected));
    run =
        new SourceRun(domo, spool, nation)
            .with("domo.retry.backoff.ms", "1")
            .with("domo.retry.backoff.max.ms", "20")
            .with("domo.poll.interval.ms", "20");
  }

  /** The next request of the route meets the fault. */
  FaultScene once(Route route, DomoFault fault) {
    return at(DomoRequest.on(route), 0, fault);
  }

  /** One request meets the fault, after so many like it that do not. */
  FaultScene at(Predicate<DomoRequest> which, int skip, DomoFault fault) {
    armed.add(domo.faults().arm(which, skip, 1, fault));
    return this;
  }

  /** Every request of the route meets it, until the cure. */
  FaultScene always(Route route, DomoFault fault) {
    armed.add(domo.faults().always(DomoRequest.on(route), fault));
    return this;
  }

  FaultScene with(String key, String value) {
    run.with(key, value);
    return this;
  }

  /** What the DataSet is in the end, if not what it was at first. */
  FaultScene expecting(RowSource rows) {
    expected = rows;
    return this;
  }

  /** What ends the fault, besides disarming it. */
  FaultScene curedBy(Runnable action) {
    cure = action;
    return this;
  }

  RowSource expected() {
    return expected;
  }

  void cure() {
    domo.faults().clear();
    cure.run();
  }

  /** How often the source has run into it. */
  int attempts() {
    int hits = armed.stream().mapToInt(FaultPlan.Handle::fired).sum();
    return Math.max(hits, domo.log().requests(Route.DATASET).size());
  }

  boolean allHappened() {
    return armed.stream().allMatch(fault -> fault.fired() > 0);
  }

  @Override
  public void close() {
    domo.releaseStalls();
    run.close();
    domo.close();
  }
}
