package io.writeback.standin.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads CSV records one at a time from bytes (Developer Guide, "Data format parameters", CSV): RFC
 * 4180 quoting, spaces between delimiter and quote ignored, anything doubtful refused. Memory is
 * bounded by one record of at most 4 MB.
 */
final class CsvReader {
  static final int MAX_ROW_BYTES = 4 << 20;
  private static final int RAW_BYTES = 1_024;

  private final InputStream in;
  private final int delimiter;
  private final int quote;
  private final byte[] chunk = new byte[1 << 16];
  private int chunkAt;
  private int chunkEnd;
  private int peeked = -2;

  private byte[] fields = new byte[1 << 12];
  private int fieldsEnd;
  private int[] ends = new int[64];
  private boolean[] quotes = new boolean[64];
  private int count;
  private final byte[] raw = new byte[RAW_BYTES];
  private int rowBytes;
  private long lines = 1;
  private long records;
  private long rowLine;

  CsvReader(InputStream in, char delimiter, char quote) {
    this.in = in;
    this.delimiter = delimiter;
    this.quote = quote;
  }

  /**
   * Reads the next record; false at the end.
   *
   * @throws RowRejected if the record is not CSV; reading can go on only if it is whole
   */
  boolean next() throws IOException {
    count = 0;
    fieldsEnd = 0;
    rowBytes = 0;
    rowLine = lines;
    if (peek() < 0) {
      return false;
    }
    records++;
    boolean more = true;
    while (more) {
      more = field();
    }
    return true;
  }

  private boolean field() throws IOException {
    int start = fieldsEnd;
    int c = read();
    while (c == ' ' && delimiter != ' ' && onlySpaces(start)) {
      append(c);
      c = read();
    }
    boolean quoted = c == quote;
    if (quoted) {
      fieldsEnd = start;
      quotedField();
      c = read();
      while (c == ' ' && delimiter != ' ') {
        c = read();
      }
    } else {
      while (c >= 0 && c != delimiter && c != '\n' && c != '\r') {
        if (c == quote) {
          throw reject("Invalid quote formatting for CSV");
        }
        append(c);
        c = read();
      }
    }
    endField(quoted);
    return ended(c);
  }

  private boolean onlySpaces(int start) {
    for (int i = start; i < fieldsEnd; i++) {
      if (fields[i] != ' ') {
        return false;
      }
    }
    return true;
  }

  private void quotedField() throws IOException {
    while (true) {
      int c = read();
      if (c < 0) {
        throw reject("Invalid quote formatting for CSV");
      }
      if (c == quote) {
        if (peek() != quote) {
          return;
        }
        read();
      }
      append(c);
    }
  }

  /** Whether a further field follows what ended the last one. */
  private boolean ended(int c) throws IOException {
    if (c == delimiter) {
      return true;
    }
    if (c == '\r') {
      if (peek() != '\n') {
        throw reject("Missing newline: Unexpected character 0x0d found at location " + rowBytes);
      }
      read();
    } else if (c >= 0 && c != '\n') {
      throw reject("Invalid quote formatting for CSV");
    }
    return false;
  }

  private RowRejected reject(String reason) throws IOException {
    int c = peek();
    while (c >= 0 && c != '\n') {
      read();
      c = peek();
    }
    read();
    return new RowRejected(1214, reason, "", "", 0, "");
  }

  private void endField(boolean quoted) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      quotes = Arrays.copyOf(quotes, count * 2);
    }
    ends[count] = fieldsEnd;
    quotes[count++] = quoted;
  }

  private void append(int c) {
    if (fieldsEnd == fields.length) {
      fields = Arrays.copyOf(fields, fieldsEnd * 2);
    }
    fields[fieldsEnd++] = (byte) c;
  }

  private int peek() throws IOException {
    if (peeked == -2) {
      if (chunkAt == chunkEnd) {
        chunkEnd = Math.max(in.read(chunk), 0);
        chunkAt = 0;
      }
      peeked = chunkAt == chunkEnd ? -1 : chunk[chunkAt++] & 0xff;
    }
    return peeked;
  }

  private int read() throws IOException {
    int c = peek();
    if (c >= 0) {
      peeked = -2;
      if (rowBytes < RAW_BYTES) {
        raw[rowBytes] = (byte) (c == '\n' ? ' ' : c);
      }
      lines += c == '\n' ? 1 : 0;
      if (++rowBytes > MAX_ROW_BYTES) {
        throw new RowRejected(
            1216, "Input line is not valid: a row can have at most 4 MB", "", "", 0, "");
      }
    }
    return c;
  }

  /** How many fields the record has. */
  int count() {
    return count;
  }

  byte[] field(int index) {
    return Arrays.copyOfRange(fields, index == 0 ? 0 : ends[index - 1], ends[index]);
  }

  boolean quoted(int index) {
    return quotes[index];
  }

  /** Whether the line holds nothing. */
  boolean blank() {
    return count == 1 && ends[0] == 0 && !quotes[0];
  }

  /** The number of the record, from 1. */
  long record() {
    return records;
  }

  /** The line of the file, from 1, on which the record begins. */
  long line() {
    return rowLine;
  }

  /** The beginning of the record as it is in the file. */
  String raw() {
    return new String(raw, 0, Math.min(rowBytes, RAW_BYTES), StandardCharsets.ISO_8859_1)
        .replaceAll("[^\\x20-\\x7e]", ".")
        .stripTrailing();
  }
}
