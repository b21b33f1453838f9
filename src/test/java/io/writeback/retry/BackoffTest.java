package io.writeback.retry;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void staysBetweenHalfAndAllOfABoundThatDoublesUpToTheMaximum() {
    Backoff backoff = new Backoff(100, 10_000);
    Random random = new Random(1);
    for (int attempt = 1; attempt <= 100; attempt++) {
      long bound = attempt > 7 ? 10_000 : 100L << (attempt - 1);
      for (int i = 0; i < 50; i++) {
        long delay = backoff.delayMs(attempt, random);
        assertTrue(delay >= bound / 2 && delay <= bound, "attempt " + attempt + ": " + delay);
      }
    }
  }

  @Test
  void neverOverflows() {
    Backoff backoff = new Backoff(Long.MAX_VALUE / 2, Long.MAX_VALUE);
    assertTrue(backoff.delayMs(Integer.MAX_VALUE, new Random(1)) > 0);
  }

  @Test
  void refusesNonsense() {
    assertThrows(IllegalArgumentException.class, () -> new Backoff(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Backoff(2, 1));
  }
}
