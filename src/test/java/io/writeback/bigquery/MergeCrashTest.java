package io.writeback.bigquery;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deaths while changes are merged: books, staging, registers, merges. */
class MergeCrashTest extends CrashScenario {
  private static final Life.Birth MERGES =
      (standIn, run, process, cut) ->
          new ChangeLife(standIn, Map.of("bigquery.write.method", "load_job"), run, process, cut);

  MergeCrashTest() {
    super(10);
  }

  @Test
  void aDeathAtAnyEffect() {
    everyDeath("merge", MERGES);
  }

  @Test
  void twoDeathsInARow() {
    deathsInARow("merge_twice", MERGES);
  }
}
