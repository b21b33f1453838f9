package io.writeback.redshift;

/**
 * A fingerprint of a set of ordinals that adds up over objects, partitions and tasks. Within a
 * partition ordinals only grow, so their number is the number of distinct ones; the fingerprint
 * tells whether that also holds between partitions, where equal numbers could hide one ordinal
 * twice and another one missing.
 */
final class Ordinals {
  private Ordinals() {}

  /** The part that an ordinal adds, modulo 2^64. SplitMix64's finalizer: a bijection. */
  static long fingerprint(long ordinal) {
    long z = ordinal * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The fingerprint of 1..count. */
  static long fingerprintUpTo(long count) {
    long sum = 0;
    for (long ordinal = 1; ordinal <= count; ordinal++) {
      sum += fingerprint(ordinal);
    }
    return sum;
  }
}
