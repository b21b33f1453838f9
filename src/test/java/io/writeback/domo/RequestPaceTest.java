package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RequestPaceTest {
  private static final long T = 1_000_000;

  @Test
  void aBurstGoesAtOnceAndTheRestAtTheRate() {
    RequestPace pace = new RequestPace(60);
    for (int i = 0; i < 10; i++) {
      assertEquals(T, pace.turn(T).atMs());
    }
    assertEquals(T + 1000, pace.turn(T).atMs());
    assertEquals(T + 2000, pace.turn(T).atMs());
    assertEquals(T + 60_000, pace.turn(T + 60_000).atMs(), "a quiet minute later");
  }

  @Test
  void noMinuteSeesMoreThanTheLimitAndABurst() {
    RequestPace pace = new RequestPace(30);
    int sent = 0;
    for (long at = pace.turn(T).atMs(); at < T + 60_000; at = pace.turn(at).atMs()) {
      sent++;
    }
    assertEquals(40, sent, 1);
  }

  /** Ten answers to one crowd are one piece of news. */
  @Test
  void throttlingHalvesTheRateOnceForACrowdAndPauses() {
    RequestPace pace = new RequestPace(600);
    RequestPace.Turn first = pace.turn(T);
    RequestPace.Turn second = pace.turn(T);
    pace.throttled(first, 7000, T + 10);
    pace.throttled(second, 0, T + 11);
    assertEquals(300, pace.perMinute());
    assertEquals(T + 7010, pace.nextTurnMs(T + 20), "the longer pause holds");
    pace.throttled(pace.turn(T + 8000), 0, T + 8000);
    assertEquals(150, pace.perMinute());
  }

  @Test
  void theRateHasAFloorAndComesBackToTheLimit() {
    RequestPace pace = new RequestPace(640);
    for (int i = 0; i < 50; i++) {
      pace.throttled(pace.turn(T), 1, T);
    }
    assertEquals(10, pace.perMinute());
    pace.answered();
    assertTrue(pace.perMinute() > 10);
    for (int i = 0; i < 200; i++) {
      pace.answered();
    }
    assertEquals(640, pace.perMinute());
  }

  @Test
  void anAbsurdPauseIsCut() {
    RequestPace pace = new RequestPace(600);
    pace.throttled(pace.turn(T), Long.MAX_VALUE / 2, T);
    assertEquals(T + 3_600_000, pace.nextTurnMs(T));
  }

  @Test
  void aStricterLimitHoldsAtOnce() {
    RequestPace pace = new RequestPace(600);
    pace.limit(60);
    assertEquals(60, pace.perMinute());
    pace.limit(600);
    assertEquals(600, pace.perMinute());
  }
}
