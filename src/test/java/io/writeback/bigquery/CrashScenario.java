package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.bigquery.DyingProcess.Death;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Tasks that are killed before and after the calls by which they change anything outside: the
 * books, a table, a stream, rows, jobs. A successor cuts its ranges elsewhere and begins where the
 * books say, which may be the very start; then the dead one comes back as a zombie. In the end the
 * tables are what the log makes of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashScenario {
  final BigQueryStandIn standIn = BigQueryStandIn.start(Settings.defaults().withRateLimits(false));
  private final int every;

  /** Of the last life that was not cut short. */
  private int effects;

  /**
   * A scenario.
   *
   * @param every of so many points one is tried; {@code -Dcrash.every=1} tries them all
   */
  CrashScenario(int every) {
    this.every = Integer.getInteger("crash.every", every);
  }

  @BeforeAll
  final void dataset() {
    standIn.createDataset(BigQueryRig.DATASET, "US");
  }

  @AfterAll
  final void stop() {
    standIn.close();
  }

  /** Deaths at each point. */
  final void everyDeath(String name, Life.Birth birth) {
    deaths(name, birth, 0);
  }

  /** Deaths at each point from one on; what comes before it is the same in another test. */
  final void deaths(String name, Life.Birth birth, int from) {
    int deaths = 0;
    boolean reached = true;
    int i = from + start(name);
    for (; reached; i += every) {
      reached = false;
      for (boolean after : moments(i)) {
        boolean died = dies(name + i + (after ? "a" : "b"), birth, i, after);
        reached |= died;
        deaths += died ? 1 : 0;
      }
    }
    report(name, deaths);
  }

  /** Two deaths, the second one of somebody who cleans up after the first. */
  final void deathsInARow(String name, Life.Birth birth) {
    int step = every == 1 ? 4 : every;
    int deaths = 0;
    boolean reached = true;
    int i = 5 + start(name) / 2;
    for (; reached; i += step) {
      String run = name + i;
      try (Life first = birth.of(standIn, run, new DyingProcess(i, true), 5);
          Life second = birth.of(standIn, run, new DyingProcess(i / 2 + 1, i % 2 == 0), 4);
          Life third = birth.of(standIn, run, DyingProcess.never(), 3)) {
        String what = ended(second, ended(first, run));
        reached = first.process.isDead();
        effects = first.process.effects().size();
        deaths += (reached ? 1 : 0) + (second.process.isDead() ? 1 : 0);
        third.live();
        third.holds(what);
        first.haunt();
        second.haunt();
        third.holds(what + ", haunted");
      }
    }
    report(name, deaths);
  }

  /** Whether the point was reached. */
  private boolean dies(String run, Life.Birth birth, int at, boolean after) {
    try (Life first = birth.of(standIn, run, new DyingProcess(at, after), 5);
        Life second = birth.of(standIn, run, DyingProcess.never(), 3)) {
      String what = ended(first, run + ", " + (after ? "after" : "before") + " effect " + at);
      boolean died = first.process.isDead();
      effects = first.process.effects().size();
      second.live();
      second.holds(what);
      first.haunt();
      second.holds(what + ", haunted");
      return died;
    }
  }

  private static String ended(Life life, String what) {
    try {
      life.live();
      return what;
    } catch (Death e) {
      return what + " " + e.getMessage();
    }
  }

  /** Not the same points in every scenario, if not all are tried. */
  private int start(String name) {
    return Math.floorMod(name.hashCode(), Math.min(every, 30));
  }

  /** What a crash after one effect leaves is nearly what one before the next leaves. */
  private boolean[] moments(int i) {
    return every == 1 ? new boolean[] {false, true} : new boolean[] {(i / every + i) % 2 == 0};
  }

  private void report(String name, int deaths) {
    System.out.printf("crash points of %s: %d effects, %d deaths%n", name, effects, deaths);
    assertTrue(deaths > 0, "nobody has died in " + name);
  }
}
