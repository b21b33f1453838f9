package io.writeback.bigquery;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deaths while rows are appended by load jobs: registers, loads, hints. */
class LoadCrashTest extends CrashScenario {
  private static final Life.Birth LOADS =
      (standIn, run, process, cut) ->
          new AppendLife(standIn, Map.of("bigquery.write.method", "load_job"), run, process, cut);

  LoadCrashTest() {
    super(7);
  }

  @Test
  void aDeathAtAnyEffect() {
    everyDeath("load", LOADS);
  }

  @Test
  void twoDeathsInARow() {
    deathsInARow("load_twice", LOADS);
  }
}
