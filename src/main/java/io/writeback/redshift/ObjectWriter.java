package io.writeback.redshift;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** An object while it grows: rows of one schema with one null token. Not for several threads. */
final class ObjectWriter {
  private final String key;
  private final RowEncoder encoder;
  private final int nullToken;
  private final Compression compression;
  private final ChunkedBytes bytes;
  private final OutputStream out;
  private final RowIndex index = new RowIndex();
  private long rows;
  private long ordinals;
  private long firstOffset;
  private long firstOrdinal;
  private long lastOrdinal;

  ObjectWriter(
      String key, RowEncoder encoder, int nullToken, Compression compression, ChunkPool pool) {
    this.key = key;
    this.encoder = encoder;
    this.nullToken = nullToken;
    this.compression = compression;
    this.bytes = new ChunkedBytes(pool);
    this.out = compression.onHeap(bytes);
  }

  /**
   * Adds a row.
   *
   * @param ordinal its ordinal, or 0 if it has none
   */
  void add(CsvRow row, long offset, long ordinal) {
    try {
      row.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    index.add(offset, row.lines());
    if (rows == 0) {
      firstOffset = offset;
      firstOrdinal = ordinal;
    }
    rows++;
    if (ordinal > 0) {
      lastOrdinal = ordinal;
      ordinals += Ordinals.fingerprint(ordinal);
    }
  }

  /** Bytes after compression, less what the compressor still holds. */
  long size() {
    return bytes.size();
  }

  long heapBytes() {
    return bytes.heapBytes() + index.heapBytes();
  }

  /** Ends the object. */
  Upload finish() {
    close();
    return new Upload(
        new StagedObject(
            key,
            encoder.columns(),
            nullToken,
            compression,
            rows,
            bytes.size(),
            ordinals,
            firstOffset,
            firstOrdinal,
            lastOrdinal),
        bytes,
        index);
  }

  void discard() {
    close();
    bytes.release();
  }

  private void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
