package io.writeback.redshift;

import io.writeback.sink.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * When an object is full. A cluster loads one compressed object per slice at a time, so a flush
 * should have about as many objects as there are slices, of equal size (Developer Guide, "Loading
 * data files"): the size follows from what the last flush of the table came to. Safe for use by
 * many threads.
 */
final class PartSize {
  /** Smaller objects cost more in requests than slices gain. */
  static final long LEAST_BYTES = 1 << 20;

  private final long mostBytes;
  private final IntSupplier slices;
  private final Map<Target, Long> flushed = new ConcurrentHashMap<>();

  /**
   * A rule.
   *
   * @param mostBytes size that no object grows beyond
   * @param slices of the cluster, asked for when the first flush has landed
   */
  PartSize(long mostBytes, IntSupplier slices) {
    this.mostBytes = mostBytes;
    this.slices = slices;
  }

  /** Compressed bytes after which an object for the table is full. */
  long bytes(Target target) {
    Long last = flushed.get(target);
    if (last == null) {
      return mostBytes;
    }
    long each = last / slices.getAsInt();
    return Math.min(mostBytes, Math.max(LEAST_BYTES, each));
  }

  /**
   * Takes note of a flush.
   *
   * @param bytes compressed, of all objects for the table
   */
  void flushed(Target target, long bytes) {
    flushed.put(target, bytes);
  }
}
