package io.writeback.domo;

import java.util.Locale;

/**
 * Hashes rows while they pass, without garbage: one hash of the sequence, which tells whether a
 * snapshot can be resumed in the middle, and one that does not see the order, which tells whether
 * anything is new. The content hash is the number of rows and the sum of 128-bit row hashes, so
 * that equal rows count. Both start from the column names and types: a renamed column is new
 * content. Not made against an adversary.
 */
final class RowHash {
  private static final long M1 = 0x9E3779B97F4A7C15L;
  private static final long M2 = 0xC2B2AE3D27D4EB4FL;
  private static final long NULL_CELL = 0x5851F42D4C957F2DL;

  private final String columns;
  private final long seed;
  private long a;
  private long b;
  private long ordered1;
  private long ordered2;
  private long sumLow;
  private long sumHigh;
  private long rows;

  /**
   * Starts.
   *
   * @param columns fingerprint of the columns, hex
   */
  RowHash(String columns) {
    this.columns = columns;
    this.seed = Long.parseUnsignedLong(columns, 16);
    ordered1 = seed;
    ordered2 = ~seed;
    beginRow();
  }

  void nullCell() {
    mix(NULL_CELL);
  }

  void cell(char[] buf, int offset, int length) {
    mix(length + 1L);
    int end = offset + length;
    int i = offset;
    for (; i + 4 <= end; i += 4) {
      mix(
          buf[i]
              | ((long) buf[i + 1] << 16)
              | ((long) buf[i + 2] << 32)
              | ((long) buf[i + 3] << 48));
    }
    if (i < end) {
      long rest = 0;
      for (int shift = 0; i < end; i++, shift += 16) {
        rest |= (long) buf[i] << shift;
      }
      mix(rest);
    }
  }

  void endRow() {
    long h1 = avalanche(a + b);
    long h2 = avalanche(b ^ Long.rotateLeft(a, 32) ^ M2);
    ordered1 = avalanche(ordered1 * M1 + h1);
    ordered2 = avalanche((ordered2 ^ h2) * M2 + h1);
    long low = sumLow + h1;
    sumHigh += h2 + (Long.compareUnsigned(low, sumLow) < 0 ? 1 : 0);
    sumLow = low;
    rows++;
    beginRow();
  }

  /** Forgets the cells since the last row. */
  void dropRow() {
    beginRow();
  }

  long rows() {
    return rows;
  }

  /** Equal for equal rows in the same order. */
  String ordered() {
    return String.format(Locale.ROOT, "o%016x%016x", ordered1, ordered2);
  }

  /** Equal for equal rows in any order. Ends in the fingerprint of the columns. */
  String content() {
    return String.format(Locale.ROOT, "c%d-%016x%016x-%s", rows, sumHigh, sumLow, columns);
  }

  /** The fingerprint of the columns in a content hash, or null if it is none of ours. */
  static String columnsOf(String content) {
    int dash = content == null ? -1 : content.lastIndexOf('-');
    return dash < 0 ? null : content.substring(dash + 1);
  }

  private void beginRow() {
    a = seed ^ M1;
    b = seed + M2;
  }

  private void mix(long k) {
    a = Long.rotateLeft((a ^ k) * M1, 29);
    b = (Long.rotateLeft(b, 31) + k) * M2;
    b ^= b >>> 32;
  }

  private static long avalanche(long x) {
    long h = x;
    h ^= h >>> 33;
    h *= 0xFF51AFD7ED558CCDL;
    h ^= h >>> 33;
    h *= 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }
}
