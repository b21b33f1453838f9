package io.writeback.domo;

/**
 * When to look for rows behind the cursor: for a new version at once, and again while its data may
 * still follow its metadata. Pure state, used by one thread.
 */
final class CursorPace {
  /** When to look again: 2, 5 and 15 of 15 minutes. */
  private static final double[] LOOKS = {2 / 15.0, 5 / 15.0, 1};

  private final long settleMs;
  private final long pollMs;
  private final boolean always;
  private String token;
  private long sinceMs;
  private long lastLookMs;
  private int looks;
  private boolean settled;
  private boolean untold;

  /**
   * A pace.
   *
   * @param settleMs how long data may follow its metadata
   * @param always whether rows become due by time alone, without a new version
   */
  CursorPace(long settleMs, long pollMs, boolean always) {
    this.settleMs = settleMs;
    this.pollMs = pollMs;
    this.always = always;
  }

  /**
   * Whether to look now.
   *
   * @param seen token of the version, or null if Domo does not tell versions apart
   */
  boolean due(String seen, long now) {
    if (seen != null && !seen.equals(token)) {
      token = seen;
      sinceMs = now;
      looks = 0;
      settled = false;
      return true;
    }
    untold = seen == null;
    return untold || always || (!settled && now >= nextMs());
  }

  /** A look that began at that time found the end. */
  void caughtUp(long beganMs) {
    lastLookMs = beganMs;
    looks++;
    settled = beganMs - sinceMs >= settleMs;
  }

  /** When to look for that version again, if time alone makes it so. */
  long nextMs() {
    if (always || untold) {
      return lastLookMs + pollMs;
    }
    if (settled) {
      return Long.MAX_VALUE;
    }
    return looks == 0
        ? sinceMs
        : sinceMs + (long) (LOOKS[Math.min(looks, LOOKS.length) - 1] * settleMs);
  }
}
