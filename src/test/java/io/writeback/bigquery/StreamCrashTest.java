package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.bigquery.DyingProcess.Death;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Exactly-once streaming through the real client, killed before and after every call that changes
 * anything outside: the ledger, a table, a stream, rows. A successor cuts its ranges elsewhere and
 * begins where Kafka was told last, which may be the very start; then the dead one comes back as a
 * zombie. Both tables hold every row once.
 */
class StreamCrashTest {
  /** Each so many points are tried; {@code -Dcrash.every=1} tries them all. */
  private static final int EVERY = Integer.getInteger("crash.every", 3);

  private static final int ROWS = 9;
  private static BigQueryStandIn standIn;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start(Settings.defaults().withRateLimits(false));
    standIn.createDataset(DATASET, "US");
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  /** One life of a task that owns the partition. */
  private static final class Life implements AutoCloseable {
    final BigQueryRig rig;
    final DyingProcess process;
    final String run;
    final int cut;
    Claim claim;
    PendingRange range;

    Life(String run, DyingProcess process, int cut, String markMs) {
      this.run = run;
      this.process = process;
      this.cut = cut;
      Map<String, String> config = new HashMap<>();
      config.put("bigquery.write.method", "storage_write");
      config.put("delivery.id", run);
      config.put("bigquery.mark.interval.ms", markMs);
      config.put("bigquery.append.bytes", "1024");
      rig = new BigQueryRig(standIn, config, process::watch, process);
    }

    /** Until everything has landed and is given up. */
    void live() {
      claim = rig.claim();
      long at = claim.position().orElse(0);
      while (at < ROWS) {
        range = range(at, Math.min(ROWS, at + cut));
        CommitOutcome outcome = commit(range);
        if (outcome instanceof CommitOutcome.Fenced) {
          return;
        }
        at =
            outcome instanceof CommitOutcome.Moved moved
                ? moved.position()
                : ((CommitOutcome.Committed) outcome).position();
      }
      rig.destination.release(claim);
    }

    /** What is in flight is tried again, by somebody who does not know that it is over. */
    void haunt() {
      process.wake();
      if (claim != null && range != null) {
        commit(range);
      }
    }

    private CommitOutcome commit(PendingRange pending) {
      for (int attempt = 1; ; attempt++) {
        try {
          return rig.destination.commit(List.of(pending)).get(0);
        } catch (FaultException e) {
          if (e.fault() != Fault.RETRY || attempt == 20) {
            throw e;
          }
        }
      }
    }

    private PendingRange range(long start, long end) {
      List<TableBatch> batches = new ArrayList<>();
      for (int table = 0; table < 2; table++) {
        String[] notes = new String[(int) (end - start)];
        for (long offset = start; offset < end; offset++) {
          if (offset % 5 != 4 && offset % 2 == table) {
            notes[(int) (offset - start)] = "row " + offset + " " + "x".repeat(300);
          }
        }
        batches.addAll(rig.range(claim, start, target(run, table), notes).batches());
      }
      return new PendingRange(claim, start, end, batches, Map.of(), List.of());
    }

    @Override
    public void close() {
      rig.close();
    }
  }

  private static Target target(String run, int table) {
    return new Target(DATASET, run + "_t" + table);
  }

  private static void holds(Life reader, String run, String what) {
    for (int t = 0; t < 2; t++) {
      int table = t;
      List<String> expected =
          IntStream.range(0, ROWS)
              .filter(offset -> offset % 5 != 4 && offset % 2 == table)
              .mapToObj(String::valueOf)
              .toList();
      assertEquals(
          expected, reader.rig.column("__kafka_offset", target(run, t)), what + ", table " + t);
    }
  }

  private static int effectsWithoutDeath(String run, String markMs) {
    // The tables of the ledger are made by the first of all.
    try (Life life = new Life(run + "_first", DyingProcess.never(), 5, markMs)) {
      life.live();
    }
    try (Life life = new Life(run, DyingProcess.never(), 5, markMs)) {
      life.live();
      int effects = life.process.effects().size();
      holds(life, run, "no death");
      return effects;
    }
  }

  private static void enumerate(String name, String markMs) {
    int effects = effectsWithoutDeath(name + "_whole", markMs);
    assertTrue(effects > 12, "the scenario does something: " + effects);
    for (int i = 0; i < effects; i += EVERY) {
      for (boolean after : new boolean[] {false, true}) {
        dieAndRecover(name + i + (after ? "a" : "b"), i, after, markMs);
      }
    }
  }

  private static void dieAndRecover(String run, int at, boolean after, String markMs) {
    String what = (after ? "after" : "before") + " effect " + at;
    try (Life first = new Life(run, new DyingProcess(at, after), 5, markMs);
        Life second = new Life(run, DyingProcess.never(), 3, markMs)) {
      try {
        first.live();
      } catch (Death e) {
        what += " " + e.getMessage();
      }
      assertTrue(first.process.isDead(), what);
      second.live();
      holds(second, run, what);
      first.haunt();
      holds(second, run, what + ", haunted");
    }
  }

  @Test
  void aDeathAtAnyEffect() {
    enumerate("late", "3600000");
  }

  @Test
  void aDeathAtAnyEffectWithAMarkAfterEachRange() {
    int effects = effectsWithoutDeath("mark_whole", "0");
    // Every effect is tried in the other test, both ways; here the marks are of interest.
    for (int i = effects / 2; i < effects; i += EVERY) {
      dieAndRecover("mark" + i, i, i % 2 == 0, "0");
    }
  }

  @Test
  void twoDeathsInARow() {
    int effects = effectsWithoutDeath("twice_whole", "0");
    for (int i = 5; i < effects; i += 3 + EVERY) {
      String run = "twice" + i;
      try (Life first = new Life(run, new DyingProcess(i, true), 5, "0");
          Life second = new Life(run, new DyingProcess(i / 2 + 1, i % 2 == 0), 4, "0");
          Life third = new Life(run, DyingProcess.never(), 3, "0")) {
        for (Life life : List.of(first, second)) {
          try {
            life.live();
          } catch (Death e) {
            // The next one takes over.
          }
        }
        third.live();
        first.haunt();
        second.haunt();
        holds(third, run, "deaths at " + i + " and " + (i / 2 + 1));
      }
    }
  }
}
