package io.writeback.retry;

import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter. Immutable and safe for use by many threads if the random
 * generator is.
 *
 * @param baseMs the upper bound of the first delay, in milliseconds
 * @param maxMs the upper bound of every delay, in milliseconds
 */
public record Backoff(long baseMs, long maxMs) {
  public Backoff {
    if (baseMs <= 0 || maxMs < baseMs) {
      throw new IllegalArgumentException(
          "backoff needs 0 < base <= max, got " + baseMs + ", " + maxMs);
    }
  }

  /**
   * The delay before the given attempt.
   *
   * @param attempt counts from 1: the first repetition
   * @return milliseconds in [half of the bound, bound], where the bound doubles with each attempt
   */
  public long delayMs(int attempt, RandomGenerator random) {
    int doublings = Math.min(Math.max(attempt, 1) - 1, 30);
    long bound = Math.min(maxMs, baseMs << doublings);
    if (bound <= 0) {
      bound = maxMs;
    }
    long half = bound / 2;
    return half + random.nextLong(bound - half + 1);
  }
}
