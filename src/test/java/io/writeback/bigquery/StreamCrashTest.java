package io.writeback.bigquery;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deaths while rows are streamed exactly once. */
class StreamCrashTest extends CrashScenario {
  StreamCrashTest() {
    super(13);
  }

  private static Life.Birth marking(String intervalMs) {
    return (standIn, run, process, cut) ->
        new AppendLife(
            standIn,
            Map.of(
                "bigquery.write.method", "storage_write",
                "bigquery.mark.interval.ms", intervalMs,
                "bigquery.append.bytes", "1024"),
            run,
            process,
            cut);
  }

  @Test
  void aDeathAtAnyEffect() {
    everyDeath("stream", marking("3600000"));
  }

  @Test
  void aDeathAtAnyEffectWithAMarkAfterEachRange() {
    deaths("stream_mark", marking("0"), 14);
  }

  @Test
  void twoDeathsInARow() {
    deathsInARow("stream_twice", marking("0"));
  }
}
