package io.writeback.redshift;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes in pooled chunks: written by one thread, then read any number of times by others that got
 * it through a safe hand-over. Once released it is empty.
 */
final class ChunkedBytes extends OutputStream {
  private final ChunkPool pool;
  private final List<byte[]> chunks = new ArrayList<>();
  private int used = ChunkPool.CHUNK_BYTES;

  ChunkedBytes(ChunkPool pool) {
    this.pool = pool;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] source, int from, int count) {
    int done = 0;
    while (done < count) {
      if (used == ChunkPool.CHUNK_BYTES) {
        chunks.add(pool.take());
        used = 0;
      }
      int n = Math.min(count - done, ChunkPool.CHUNK_BYTES - used);
      System.arraycopy(source, from + done, chunks.get(chunks.size() - 1), used, n);
      used += n;
      done += n;
    }
  }

  long size() {
    return chunks.isEmpty() ? 0 : (chunks.size() - 1L) * ChunkPool.CHUNK_BYTES + used;
  }

  long heapBytes() {
    return (long) chunks.size() * ChunkPool.CHUNK_BYTES;
  }

  InputStream open() {
    List<InputStream> streams = new ArrayList<>(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      streams.add(new ByteArrayInputStream(chunks.get(i), 0, bytesOf(i)));
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  /** SHA-256 in hex. */
  String sha256() {
    MessageDigest digest = Hash.newSha256();
    for (int i = 0; i < chunks.size(); i++) {
      digest.update(chunks.get(i), 0, bytesOf(i));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  void release() {
    pool.give(chunks);
    chunks.clear();
    used = ChunkPool.CHUNK_BYTES;
  }

  private int bytesOf(int chunk) {
    return chunk == chunks.size() - 1 ? used : ChunkPool.CHUNK_BYTES;
  }
}
