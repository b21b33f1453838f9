package io.writeback.redshift;

import io.writeback.sink.BadRowException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * One CSV row as bytes, built cell by cell and written out when it is whole, so that a row that
 * turns out to be bad leaves nothing behind. Text is always quoted: an empty cell, a lone {@code
 * \.} and a cell that looks like the null token then need no rule of their own.
 */
final class CsvRow {
  /** Most bytes of a row that COPY takes (Developer Guide, "COPY"). */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final byte[] MIN_LONG = {
    '-', '9', '2', '2', '3', '3', '7', '2', '0', '3', '6', '8', '5', '4', '7', '7', '5', '8', '0',
    '8'
  };

  private byte[] bytes = new byte[4096];
  private int length;
  private byte[] nullToken = NullToken.bytes(0);
  private boolean holdsNullToken;
  private int lines = 1;
  private int cut;
  private int nulled;

  /** Starts a row whose nulls are written so. */
  void begin(byte[] token) {
    length = 0;
    nullToken = token;
    holdsNullToken = false;
    lines = 1;
    cut = 0;
    nulled = 0;
  }

  /** Whether a value of the row equals the null token, which makes the row useless. */
  boolean holdsNullToken() {
    return holdsNullToken;
  }

  /** Lines that the row takes in the file: a value may hold line feeds. */
  int lines() {
    return lines;
  }

  /** Values of the row that were shortened. */
  int cut() {
    return cut;
  }

  /** Values of the row that were replaced by null. */
  int nulled() {
    return nulled;
  }

  /** Takes note that the value just written is not all that there was. */
  void noteCut() {
    cut++;
  }

  /** Drops what came after a length. */
  void cutTo(int from) {
    for (int i = from; i < length; i++) {
      lines -= bytes[i] == '\n' ? 1 : 0;
    }
    length = from;
  }

  /** Drops what came after a length, writes a null in its place and takes note. */
  void nullInstead(int from) {
    cutTo(from);
    nulled++;
    nullCell();
  }

  int length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
  }

  void comma() {
    put((byte) ',');
  }

  void end() {
    put((byte) '\n');
  }

  void nullCell() {
    ensure(nullToken.length);
    System.arraycopy(nullToken, 0, bytes, length, nullToken.length);
    length += nullToken.length;
  }

  /** A cell, or a part of one, of ASCII that needs no quotes. */
  void ascii(String text) {
    int n = text.length();
    ensure(n);
    for (int i = 0; i < n; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  void put(byte b) {
    ensure(1);
    bytes[length++] = b;
  }

  void number(long value) {
    if (value == Long.MIN_VALUE) {
      ensure(MIN_LONG.length);
      System.arraycopy(MIN_LONG, 0, bytes, length, MIN_LONG.length);
      length += MIN_LONG.length;
      return;
    }
    ensure(20);
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
      digits++;
    }
    padded(rest, digits);
  }

  /** A number that is not negative, with so many digits. */
  void padded(long value, int digits) {
    ensure(digits);
    long rest = value;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Bytes as hex, the form in which COPY reads VARBYTE from text. */
  void hex(byte b) {
    put((byte) Character.forDigit((b >> 4) & 0xf, 16));
    put((byte) Character.forDigit(b & 0xf, 16));
  }

  /**
   * A text cell.
   *
   * @return its bytes in UTF-8, which is what VARCHAR counts
   * @throws BadRowException without the field's name, if the text cannot be stored
   */
  int text(CharSequence text) {
    int chars = text.length();
    ensure(3 * chars + 2);
    int start = length;
    int doubled = 0;
    bytes[length++] = '"';
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"') {
          bytes[length++] = '"';
          doubled++;
        } else if (c == '\n') {
          lines++;
        } else if (c == 0) {
          throw new NulException();
        }
        bytes[length++] = (byte) c;
      } else if (c < 0x800) {
        bytes[length++] = (byte) (0xc0 | (c >> 6));
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        bytes[length++] = (byte) (0xe0 | (c >> 12));
        bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        bytes[length++] = (byte) (0x80 | (c & 0x3f));
      } else {
        i++;
        supplementary(c, i < chars ? text.charAt(i) : 0);
      }
    }
    int width = length - start - 1 - doubled;
    if (width == nullToken.length && doubled == 0 && equalsToken(start + 1)) {
      holdsNullToken = true;
    }
    bytes[length++] = '"';
    return width;
  }

  /** A NUL character in a text. */
  static final class NulException extends BadRowException {
    private static final long serialVersionUID = 1L;

    NulException() {
      super("holds a NUL character, which Redshift cannot store");
    }
  }

  private void supplementary(char high, char low) {
    if (!Character.isHighSurrogate(high) || !Character.isLowSurrogate(low)) {
      throw new BadRowException("holds half a surrogate pair, which is no Unicode text");
    }
    int point = Character.toCodePoint(high, low);
    bytes[length++] = (byte) (0xf0 | (point >> 18));
    bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3f));
    bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3f));
    bytes[length++] = (byte) (0x80 | (point & 0x3f));
  }

  private boolean equalsToken(int from) {
    return Arrays.equals(bytes, from, from + nullToken.length, nullToken, 0, nullToken.length);
  }

  private void ensure(int more) {
    int needed = length + more;
    if (needed < 0 || needed > 4 * MAX_BYTES) {
      throw new BadRowException("makes the row longer than COPY takes, " + MAX_BYTES + " bytes");
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
  }
}
