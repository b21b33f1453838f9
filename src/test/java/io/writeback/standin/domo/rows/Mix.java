package io.writeback.standin.domo.rows;

/** A well-mixed number for a pair of numbers: the dice of sources that must be repeatable. */
final class Mix {
  private Mix() {}

  /** Finalizer of SplitMix64 over both numbers. */
  static long of(long seed, long index) {
    long z = seed * 0x9E3779B97F4A7C15L + index * 0xD1B54A32D192ED03L + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 up to a bound, not including it. */
  static int below(int bound, long seed, long index) {
    return (int) Long.remainderUnsigned(of(seed, index), bound);
  }
}
