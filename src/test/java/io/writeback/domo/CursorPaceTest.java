package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CursorPaceTest {
  @Test
  void aVersionIsLookedAtUntilItsDataMustBeThere() {
    CursorPace pace = new CursorPace(15_000, 60_000, false);
    assertTrue(pace.due("v1", 100_000));
    pace.caughtUp(100_000);
    assertFalse(pace.due("v1", 101_999));
    assertEquals(102_000, pace.nextMs());
    assertTrue(pace.due("v1", 102_000));
    pace.caughtUp(102_000);
    assertEquals(105_000, pace.nextMs());
    pace.caughtUp(105_000);
    assertEquals(115_000, pace.nextMs());
    pace.caughtUp(114_999);
    assertTrue(pace.due("v1", 115_000), "a look that began before the end does not count");
    pace.caughtUp(115_000);
    assertEquals(Long.MAX_VALUE, pace.nextMs());
    assertFalse(pace.due("v1", 900_000));
    assertTrue(pace.due("v2", 900_000));
  }

  @Test
  void aVersionThatCameMeanwhileIsLookedAtToo() {
    CursorPace pace = new CursorPace(0, 60_000, false);
    assertTrue(pace.due("v1", 100));
    pace.caughtUp(100);
    assertFalse(pace.due("v1", 101));
    assertTrue(pace.due("v2", 102));
  }

  @Test
  void whereVersionsDoNotTellTheIntervalDoes() {
    CursorPace pace = new CursorPace(0, 60_000, true);
    assertTrue(pace.due("v1", 100));
    pace.caughtUp(100);
    assertEquals(60_100, pace.nextMs());
    assertTrue(pace.due("v1", 200), "the loop keeps the interval");
    CursorPace untold = new CursorPace(0, 60_000, false);
    assertTrue(untold.due(null, 100));
    untold.caughtUp(100);
    assertEquals(60_100, untold.nextMs());
    assertTrue(untold.due(null, 60_100));
  }
}
