package io.writeback.bigquery;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Fenced;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One life of a task that owns a partition with a log that ends. Lives of one run follow each other
 * over the same tables; each cuts its ranges as it likes.
 */
abstract class Life implements AutoCloseable {
  final BigQueryRig rig;
  final DyingProcess process;
  private final String run;
  private final int cut;
  private Claim claim;
  private long position;
  private PendingRange range;

  /** How a task begins. */
  interface Birth {
    Life of(BigQueryStandIn standIn, String run, DyingProcess process, int cut);
  }

  /**
   * A task.
   *
   * @param run names its tables and its delivery
   * @param cut the most offsets of one range
   */
  Life(
      BigQueryStandIn standIn,
      Map<String, String> config,
      String run,
      DyingProcess process,
      int cut) {
    this.run = run;
    this.process = process;
    this.cut = cut;
    Map<String, String> own = new HashMap<>(config);
    own.put("delivery.id", run);
    rig = new BigQueryRig(standIn, own, process::watch, process);
  }

  final String run() {
    return run;
  }

  /** One of the run's tables. */
  final Target table(int number) {
    return new Target(BigQueryRig.DATASET, run + "_t" + number);
  }

  /** Where the log ends. */
  abstract long end();

  /** What the log has in [start, end). */
  abstract PendingRange range(Claim owner, long start, long end);

  /** Fails unless the tables are what the whole log makes of them. */
  abstract void holds(String what);

  /** Until everything has landed and is given up. */
  void live() {
    take();
    land(end());
    giveUp();
  }

  final void take() {
    claim = rig.claim();
    position = claim.position().orElse(0);
  }

  final void giveUp() {
    rig.destination.release(claim);
  }

  /** Until all below an offset has landed, or somebody else has taken the partition. */
  final void land(long to) {
    OptionalLong only = claim.nextEnd();
    while (position < to) {
      range = range(claim, position, only.orElse(Math.min(to, position + cut)));
      only = OptionalLong.empty();
      CommitOutcome outcome = BigQueryScenario.commitPatiently(rig, range);
      if (outcome instanceof Fenced) {
        return;
      }
      if (outcome instanceof Moved moved) {
        only = claim.nextEnd();
        position = moved.position();
      } else {
        position = ((Committed) outcome).position();
      }
    }
  }

  /** What is in flight is tried again, by somebody who does not know that it is over. */
  void haunt() {
    process.wake();
    if (range != null) {
      BigQueryScenario.commitPatiently(rig, range);
    }
  }

  @Override
  public void close() {
    rig.close();
  }
}
