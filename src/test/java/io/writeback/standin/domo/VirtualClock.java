package io.writeback.standin.domo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The stand-in's time: real time at first, moved or stopped by a test. Safe for many threads. */
public final class VirtualClock {
  private final Clock real = Clock.systemUTC();
  private Duration ahead = Duration.ZERO;
  private Instant stopped;

  public synchronized Instant now() {
    return stopped != null ? stopped : real.instant().plus(ahead);
  }

  /** Moves time forward. */
  public synchronized void advance(Duration by) {
    if (stopped != null) {
      stopped = stopped.plus(by);
    } else {
      ahead = ahead.plus(by);
    }
  }

  /** Stops time; from then on it moves only by {@link #advance}. */
  public synchronized void stopAt(Instant instant) {
    stopped = instant;
  }
}
