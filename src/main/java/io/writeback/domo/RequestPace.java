package io.writeback.domo;

/**
 * How fast requests may go. Domo publishes no limit for its DataSet calls, so the rate follows what
 * it answers: halved when Domo says that it is too much, and raised a little by every answer that
 * does not, up to a limit of ours. A pure state machine over the caller's clock, safe for use by
 * many threads.
 */
final class RequestPace {
  /** So many requests may follow each other at once after a quiet time. */
  private static final int BURST = 10;

  /** Without a hint when to come back. */
  private static final long PAUSE_MS = 1_000;

  /** A longer one is taken for a mistake. */
  private static final long PAUSE_MAX_MS = 3_600_000;

  private static final double SLOWEST = 1 / 64.0;
  private static final double RAISE = 1 / 100.0;
  private static final double MINUTE_MS = 60_000;

  private double limit;
  private double rate;
  private double nextMs = -1e18;
  private long pausedUntilMs = -1L << 60;
  private long cuts;

  RequestPace(int perMinute) {
    limit = perMinute;
    rate = perMinute;
  }

  /**
   * A place in the row.
   *
   * @param atMs when the request may go
   * @param cut how often the rate had been cut before it
   */
  record Turn(long atMs, long cut) {}

  /** Sets the limit, requests per minute. */
  synchronized void limit(int perMinute) {
    rate = Math.min(perMinute, rate * perMinute / limit);
    limit = perMinute;
  }

  /** When the next request may go: not before {@code nowMs}. Takes that place. */
  synchronized Turn turn(long nowMs) {
    long at = nextTurnMs(nowMs);
    nextMs = Math.max(at, nextMs) + MINUTE_MS / rate;
    return new Turn(at, cuts);
  }

  /** When a request could go, without taking its place. */
  synchronized long nextTurnMs(long nowMs) {
    double earliest = nextMs - (BURST - 1) * MINUTE_MS / rate;
    return Math.max(Math.max(nowMs, pausedUntilMs), (long) Math.ceil(Math.max(earliest, nowMs)));
  }

  /** How long nothing may go because Domo asked for a pause. */
  synchronized long pausedMs(long nowMs) {
    return Math.max(0, pausedUntilMs - nowMs);
  }

  /**
   * Domo answered that it is too much. Answers to requests that went out before the last cut change
   * nothing: they tell of the same crowd.
   *
   * @param retryAfterMs what Domo asked for, or 0
   */
  synchronized void throttled(Turn turn, long retryAfterMs, long nowMs) {
    if (turn.cut() == cuts) {
      cuts++;
      rate = Math.max(limit * SLOWEST, rate / 2);
    }
    long pause = retryAfterMs > 0 ? Math.min(retryAfterMs, PAUSE_MAX_MS) : PAUSE_MS;
    pausedUntilMs = Math.max(pausedUntilMs, nowMs + pause);
  }

  synchronized void answered() {
    rate = Math.min(limit, rate + limit * RAISE);
  }

  /** Requests per minute, as it stands. */
  synchronized double perMinute() {
    return rate;
  }
}
