package io.writeback.snapshot;

import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Makes snapshot ids: {@code s}, the time in milliseconds in base 36, {@code x}, 64 random bits in
 * hex. Unique and opaque: nobody compares two of them for order, because the clock of a second
 * worker may be behind. Lower-case letters and digits only, so that an id can be part of a table
 * name and of an object key.
 */
public final class SnapshotIds {
  private final InstantSource clock;
  private final RandomGenerator random;

  public SnapshotIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * When an id was made, for its maker alone: others must not read anything into it.
   *
   * @param id made by this class, or null
   * @return milliseconds since 1970 by the clock of that time, or nothing if it is not ours
   */
  public static OptionalLong madeAtMs(String id) {
    int end = id == null ? -1 : id.lastIndexOf('x');
    if (end < 2 || id.charAt(0) != 's') {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(id.substring(1, end), 36));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  public String next() {
    return String.format(
        Locale.ROOT, "s%sx%016x", Long.toString(clock.millis(), 36), random.nextLong());
  }
}
