package io.writeback.domo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What the spools in a directory take up, counted together by all tasks of this worker. Files of
 * other processes, and files that are gone, are seen when it counts again: before each download,
 * and before it says no.
 */
final class SpoolQuota {
  private static final ConcurrentMap<Path, SpoolQuota> ALL = new ConcurrentHashMap<>();

  private final SpoolFiles files;
  private long used;

  private SpoolQuota(SpoolFiles files) {
    this.files = files;
  }

  static SpoolQuota of(SpoolFiles files) {
    return ALL.computeIfAbsent(files.directory(), directory -> new SpoolQuota(files));
  }

  /** Bytes in use, counted on the disk. */
  synchronized long count() throws IOException {
    used = files.bytes();
    return used;
  }

  /** Takes some, if there are so many left of the bound. */
  synchronized boolean take(long bytes, long bound) throws IOException {
    if (used + bytes > bound && count() + bytes > bound) {
      return false;
    }
    used += bytes;
    return true;
  }
}
