package io.writeback.sink;

import java.time.Instant;
import java.time.InstantSource;

/** Time that moves when a test says so. */
final class TestClock implements InstantSource {
  private long nowMs = 1_000;

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMs);
  }

  void advanceMs(long ms) {
    nowMs += ms;
  }
}
