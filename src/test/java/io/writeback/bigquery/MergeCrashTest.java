package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.bigquery.DyingProcess.Death;
import io.writeback.bigquery.MergeLives.Life;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Merging through the real client, killed before and after every call that changes anything
 * outside: books, staging, registers, merges. A successor cuts its ranges elsewhere; then the dead
 * one comes back as a zombie. Both tables hold the last value of every key.
 */
class MergeCrashTest {
  /** Each so many points are tried; {@code -Dcrash.every=1} tries them all. */
  private static final int EVERY = Integer.getInteger("crash.every", 6);

  private static BigQueryStandIn standIn;

  @BeforeAll
  static void start() {
    standIn = BigQueryStandIn.start(Settings.defaults().withRateLimits(false));
    standIn.createDataset(BigQueryRig.DATASET, "US");
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  private static void holds(Life reader, String what) {
    for (int table = 0; table < 2; table++) {
      assertEquals(MergeLives.expected(table), reader.rows(table), what + ", table " + table);
    }
  }

  private static Life life(String run, DyingProcess process, int cut) {
    return new Life(standIn, run, process, cut);
  }

  private static int effectsWithoutDeath(String run) {
    try (Life books = life(run + "_first", DyingProcess.never(), 5)) {
      books.live();
    }
    try (Life life = life(run, DyingProcess.never(), 5)) {
      life.live();
      holds(life, "no death");
      return life.process.effects().size();
    }
  }

  @Test
  void aDeathAtAnyEffect() {
    int effects = effectsWithoutDeath("whole");
    assertTrue(effects > 20, "the scenario does something: " + effects);
    int deaths = 0;
    for (int i = 0; i < effects; i += EVERY) {
      for (boolean after : new boolean[] {false, true}) {
        String run = "die" + i + (after ? "a" : "b");
        try (Life first = life(run, new DyingProcess(i, after), 5);
            Life second = life(run, DyingProcess.never(), 3)) {
          String what = die(first, (after ? "after" : "before") + " effect " + i);
          deaths += first.process.isDead() ? 1 : 0;
          second.live();
          holds(second, what);
          first.haunt();
          holds(second, what + ", haunted");
        }
      }
    }
    // Hints are written in the background, some of them together: the last effects may not come.
    assertTrue(deaths >= effects / EVERY, deaths + " deaths");
  }

  @Test
  void twoDeathsInARow() {
    int effects = effectsWithoutDeath("twice_whole");
    for (int i = 4; i < effects; i += 4 + EVERY) {
      String run = "twice" + i;
      try (Life first = life(run, new DyingProcess(i, true), 5);
          Life second = life(run, new DyingProcess(i / 2 + 1, i % 2 == 0), 4);
          Life third = life(run, DyingProcess.never(), 3)) {
        String what = die(second, die(first, "deaths at " + i + " and " + (i / 2 + 1)));
        third.live();
        first.haunt();
        second.haunt();
        holds(third, what);
      }
    }
  }

  private static String die(Life life, String what) {
    try {
      life.live();
      return what;
    } catch (Death e) {
      return what + " " + e.getMessage();
    }
  }
}
