package io.writeback.bigquery;

import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;

/**
 * Encoded rows of one schema that travel in one request, with the offsets of their records. Filled
 * by one thread; does not change once it was sent.
 */
final class RowSegment {
  /** Of tag and length of a row, at most. */
  private static final int ROW_OVERHEAD = 5;

  private final ProtoEncoder encoder;
  private final ProtoBuffer bytes;
  private int[] ends = new int[64];
  private long[] offsets = new long[64];
  private int rows;
  private int first;

  RowSegment(ProtoEncoder encoder) {
    this.encoder = encoder;
    this.bytes = new ProtoBuffer((16 << 10) - ProtoBuffer.ARRAY_HEADER);
  }

  ProtoEncoder encoder() {
    return encoder;
  }

  /** Where the next row is written; {@link #added} makes it one. */
  ProtoBuffer bytes() {
    return bytes;
  }

  /** What was written since the last row is a row. */
  void added(long offset) {
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, rows * 2);
      offsets = Arrays.copyOf(offsets, rows * 2);
    }
    ends[rows] = bytes.position();
    offsets[rows] = offset;
    rows++;
  }

  int rows() {
    return rows - first;
  }

  long firstOffset() {
    return offsets[first];
  }

  long lastOffset() {
    return offsets[rows - 1];
  }

  /** Offset of the record of a row, counted from 0. */
  long offset(int row) {
    return offsets[first + row];
  }

  /** Bytes of the rows in a request, at most. */
  int wireBytes() {
    return bytes.position() - start(first) + ROW_OVERHEAD * rows();
  }

  long heapBytes() {
    return bytes.array().length + 12L * ends.length;
  }

  /**
   * Leaves rows out that have landed already. Not to be called once it was sent.
   *
   * @param high offset of the last record that has
   * @return whether any row is left
   */
  boolean keepAfter(long high) {
    while (first < rows && offsets[first] <= high) {
      first++;
    }
    return first < rows;
  }

  ProtoRows proto() {
    ProtoRows.Builder proto = ProtoRows.newBuilder();
    for (int row = first; row < rows; row++) {
      int from = start(row);
      proto.addSerializedRows(
          UnsafeByteOperations.unsafeWrap(bytes.array(), from, ends[row] - from));
    }
    return proto.build();
  }

  private int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }
}
