package io.writeback.crash;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import java.time.Instant;
import java.util.SplittableRandom;

/** A DataSet in Domo. */
abstract class DomoDataset extends Dataset {
  private DomoDataSet inDomo;

  DomoDataset(String name, Mode mode) {
    super(name, mode);
  }

  final String id() {
    return inDomo.id();
  }

  /** Creates it with its first version. */
  final synchronized void create(DomoStandIn domo) {
    inDomo = domo.add(DataSetSpec.of(name(), first()));
  }

  /** When Domo recorded the newest version. */
  final synchronized Instant recordedAt() {
    return inDomo.recorded().recordedAt();
  }

  @Override
  final synchronized void publishNext(SplittableRandom random) {
    GeneratedRows rows = next(random);
    inDomo.publish(rows, action());
  }

  abstract GeneratedRows first();

  abstract GeneratedRows next(SplittableRandom random);

  Action action() {
    return Action.REPLACE;
  }
}
