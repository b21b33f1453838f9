package io.writeback.crash;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A DataSet of the generator: what it has published, and so what tables may and must show. What is
 * published is noted first, so that no reader sees what is not yet known. Safe for many threads.
 */
abstract class Dataset {
  private final String name;
  private final Mode mode;
  private DomoDataSet inDomo;

  Dataset(String name, Mode mode) {
    this.name = name;
    this.mode = mode;
  }

  /** Name of the DataSet, and of its topic and tables. */
  final String name() {
    return name;
  }

  final Mode mode() {
    return mode;
  }

  final String id() {
    return inDomo.id();
  }

  /** Creates it with its first version. */
  final synchronized void create(DomoStandIn domo) {
    inDomo = domo.add(DataSetSpec.of(name, first()));
  }

  /** When Domo recorded the newest version. */
  final synchronized Instant recordedAt() {
    return inDomo.recorded().recordedAt();
  }

  /** Publishes another version. */
  final synchronized void publishNext(SplittableRandom random) {
    GeneratedRows rows = next(random);
    inDomo.publish(rows, action());
  }

  abstract GeneratedRows first();

  abstract GeneratedRows next(SplittableRandom random);

  Action action() {
    return Action.REPLACE;
  }

  /** Whether each version must arrive, so that the next one has to wait until one has been sent. */
  abstract boolean everyVersionCounts();

  /**
   * The rows that must be there in the end, for each table by the end of its name: empty, unless
   * versions have tables of their own.
   */
  abstract Map<String, List<GeneratedRow>> expected();

  /**
   * Whether a reader may see this.
   *
   * @param shown figures of the rows of each version, of one query
   * @return what is wrong with it
   */
  abstract Optional<String> wrongWith(Map<Long, Figures> shown);
}
