package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StartJitterTest {
  private static List<Long> delays(int tasks) {
    List<Long> slept = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 500; i++) {
      new StartJitter(tasks, random, slept::add).await();
    }
    return slept;
  }

  @Test
  void aTaskAloneDoesNotWait() {
    assertEquals(List.of(), delays(1));
  }

  @Test
  void manyTasksSpreadOverSecondsAndNoneWaitsLong() {
    List<Long> few = delays(4);
    assertTrue(few.stream().allMatch(ms -> ms < 750), few.toString());
    List<Long> many = delays(200);
    assertTrue(many.stream().allMatch(ms -> ms < 10_000), many.toString());
    assertTrue(many.stream().distinct().count() > 400, "spread");
    assertTrue(many.stream().anyMatch(ms -> ms > 8_000), "over the whole time");
  }
}
