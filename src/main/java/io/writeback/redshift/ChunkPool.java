package io.writeback.redshift;

import java.util.ArrayDeque;
import java.util.Collection;

/** Byte arrays of one size that are used again and again. Safe for use by many threads. */
final class ChunkPool {
  /** Bytes of a chunk. */
  static final int CHUNK_BYTES = 64 * 1024;

  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private final int mostFree;

  /**
   * A pool.
   *
   * @param keepBytes how much it keeps for later at most
   */
  ChunkPool(long keepBytes) {
    this.mostFree = (int) Math.min(Integer.MAX_VALUE, keepBytes / CHUNK_BYTES);
  }

  synchronized byte[] take() {
    byte[] chunk = free.pollFirst();
    return chunk == null ? new byte[CHUNK_BYTES] : chunk;
  }

  synchronized void give(Collection<byte[]> chunks) {
    for (byte[] chunk : chunks) {
      if (free.size() >= mostFree) {
        return;
      }
      free.addFirst(chunk);
    }
  }
}
