package io.writeback.bigquery;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Deaths while changes are streamed by change data capture. What is sent again has the same number
 * as before, a zombie's too, so that it changes nothing.
 */
class ChangesCrashTest extends CrashScenario {
  ChangesCrashTest() {
    super(7);
  }

  private static Life.Birth marking(String intervalMs) {
    return (standIn, run, process, cut) ->
        new ChangeLife(
            standIn,
            Map.of(
                "bigquery.write.method", "storage_write",
                "bigquery.upsert.partitions", "1",
                "bigquery.mark.interval.ms", intervalMs),
            run,
            process,
            cut);
  }

  @Test
  void aDeathAtAnyEffect() {
    everyDeath("change", marking("3600000"));
  }

  @Test
  void aDeathAtAnyEffectWithThePositionNotedAfterEachRange() {
    deaths("change_mark", marking("0"), 6);
  }

  @Test
  void twoDeathsInARow() {
    deathsInARow("change_twice", marking("0"));
  }
}
