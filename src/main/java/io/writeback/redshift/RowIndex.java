package io.writeback.redshift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Which record each line of an object comes from, so that a line that COPY refuses leads back to
 * its offset. A byte or two per row: most rows are one line, at the next offset.
 */
final class RowIndex {
  private byte[] bytes = new byte[256];
  private int length;
  private long lastOffset = -1;
  private boolean longRows;

  /**
   * Adds the next row.
   *
   * @param offset higher than that of the row before it
   * @param lines lines of the file that it takes, at least 1
   */
  void add(long offset, int lines) {
    long step = offset - lastOffset;
    lastOffset = offset;
    write(step << 1 | (lines > 1 ? 1 : 0));
    if (lines > 1) {
      longRows = true;
      write(lines);
    }
  }

  /** Whether a row takes more than one line. */
  boolean hasLongRows() {
    return longRows;
  }

  int heapBytes() {
    return bytes.length;
  }

  /**
   * The offset of the row on a line.
   *
   * @param line from 1
   * @param byRecord whether each row counts as one line
   */
  OptionalLong offset(long line, boolean byRecord) {
    Reader reader = new Reader();
    long from = 1;
    long offset = -1;
    while (reader.at < length) {
      long head = reader.next();
      offset += head >>> 1;
      long lines = (head & 1) == 0 ? 1 : reader.next();
      from += byRecord ? 1 : lines;
      if (line < from) {
        return line < 1 ? OptionalLong.empty() : OptionalLong.of(offset);
      }
    }
    return OptionalLong.empty();
  }

  /** The offsets of all rows. */
  List<Long> offsets() {
    List<Long> offsets = new ArrayList<>();
    Reader reader = new Reader();
    long offset = -1;
    while (reader.at < length) {
      long head = reader.next();
      offset += head >>> 1;
      if ((head & 1) != 0) {
        reader.next();
      }
      offsets.add(offset);
    }
    return offsets;
  }

  /** Seven bits a byte, the lowest first. */
  private void write(long value) {
    long rest = value;
    do {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      bytes[length++] = (byte) (rest & 0x7f | (rest > 0x7f ? 0x80 : 0));
      rest >>>= 7;
    } while (rest != 0);
  }

  private final class Reader {
    private int at;

    long next() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
    }
  }
}
