package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.util.random.RandomGenerator;

/**
 * When a DataSet may be tried again, for one version of it or for any. Pure state, used by one
 * thread. Times are milliseconds of the worker's clock.
 */
final class NextAttempt {
  private static final long NEVER = Long.MAX_VALUE;

  private final Backoff backoff;
  private final RandomGenerator random;
  private final int unstableAfter;
  private final long settleMs;
  private Bar bar;
  private Lagging lagging;
  private int failures;
  private int changes;

  /** A null token bars every version. */
  private record Bar(String token, long untilMs) {}

  private record Lagging(String token, long sinceMs) {}

  NextAttempt(DatasetAgenda.Policy policy, RandomGenerator random) {
    this.backoff = policy.backoff();
    this.random = random;
    this.unstableAfter = policy.unstableAfter();
    this.settleMs = policy.settleMs();
  }

  /** Whether the version has to wait. What is over is forgotten, or it would call for looks. */
  boolean bars(String token, long now) {
    boolean bars =
        bar != null && (bar.token == null || bar.token.equals(token)) && now < bar.untilMs;
    if (!bars) {
      bar = null;
    }
    return bars;
  }

  void at(String token, long ms) {
    bar = new Bar(token, ms);
  }

  void notBeforeAnother(String token) {
    at(token, NEVER);
  }

  void now() {
    bar = null;
  }

  /** Rows go out. */
  void began() {
    failures = 0;
    bar = null;
  }

  /** A download was verified. */
  void verified() {
    began();
    changes = 0;
    lagging = null;
  }

  /** An attempt failed: the next one follows with backoff, or at once for another version. */
  void failed(String token, long retryAfterMs, long now) {
    failures++;
    at(token, now + Math.max(retryAfterMs, backoff.delayMs(failures, random)));
  }

  /**
   * The version changed during its download: every version waits.
   *
   * @return during how many downloads in a row it changed
   */
  int changed(long now) {
    changes++;
    failures++;
    at(
        null,
        now + (changes >= unstableAfter ? backoff.maxMs() : backoff.delayMs(failures, random)));
    return changes;
  }

  /**
   * The version is there, its data is not yet.
   *
   * @return whether it should have come by now
   */
  boolean lagging(String token, long now) {
    if (lagging == null || !lagging.token.equals(token)) {
      lagging = new Lagging(token, now);
    }
    failed(token, 0, now);
    return now - lagging.sinceMs >= settleMs;
  }

  /** Whether something has to wait; {@link #ms} says until when. */
  boolean waits() {
    return bar != null;
  }

  long ms() {
    return bar == null ? NEVER : bar.untilMs;
  }
}
