package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes in protobuf's wire format, written forwards into one array that grows. A length that is not
 * known yet gets one byte, and what follows is moved if it needs more. Not safe for use by several
 * threads.
 */
final class ProtoBuffer {
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /**
   * What an array takes besides its bytes. Arrays whose size with it is a power of two waste
   * nothing of the regions of the G1 collector, which gives large ones whole regions of 1, 2, 4, …
   * MiB: a MiB of bytes and 16 more would take two.
   */
  static final int ARRAY_HEADER = 16;

  private byte[] bytes;
  private int position;

  ProtoBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  int position() {
    return position;
  }

  /** Forgets what was written from here on. */
  void backTo(int earlier) {
    position = earlier;
  }

  /** The array written to so far; another one after the next write. */
  byte[] array() {
    return bytes;
  }

  /** Gives back what was not written to. */
  void trim() {
    bytes = Arrays.copyOf(bytes, position);
  }

  byte[] copy(int from) {
    return Arrays.copyOfRange(bytes, from, position);
  }

  void tag(int tag) {
    ensure(10);
    tagAt(tag);
  }

  private void tagAt(int tag) {
    if (tag < 0x80) {
      bytes[position++] = (byte) tag;
    } else {
      varintAt(tag);
    }
  }

  void varint(int tag, long value) {
    ensure(20);
    tagAt(tag);
    varintAt(value);
  }

  void varint(long value) {
    ensure(10);
    varintAt(value);
  }

  private void varintAt(long value) {
    if (value >>> 56 != 0) {
      exactVarint(value);
      return;
    }
    // Without branches on the length: a row's fields have many, and none can be foreseen.
    int size = varintSize(value);
    long spread = (value & 0x0fffffffL) | ((value & 0x00fffffff0000000L) << 4);
    spread = (spread & 0x00003fff00003fffL) | ((spread & 0x0fffc0000fffc000L) << 2);
    spread = (spread & 0x007f007f007f007fL) | ((spread & 0x3f803f803f803f80L) << 1);
    long more = 0x8080808080808080L & ((1L << 8 * (size - 1)) - 1);
    LITTLE_ENDIAN.set(bytes, position, spread | more);
    position += size;
  }

  /** Touches no byte behind it. */
  private void exactVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[position++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[position++] = (byte) rest;
  }

  void fixed64(int tag, long value) {
    ensure(18);
    tagAt(tag);
    fixed64At(value);
  }

  void fixed64(long value) {
    ensure(8);
    fixed64At(value);
  }

  private void fixed64At(long value) {
    LITTLE_ENDIAN.set(bytes, position, value);
    position += 8;
  }

  void raw(byte[] source, int from, int length) {
    ensure(length);
    System.arraycopy(source, from, bytes, position, length);
    position += length;
  }

  void lengthAndBytes(byte[] source) {
    int length = source.length;
    ensure(10 + length);
    if (length < 0x80) {
      bytes[position++] = (byte) length;
    } else {
      varintAt(length);
    }
    System.arraycopy(source, 0, bytes, position, length);
    position += length;
  }

  /** Begins something that {@link #end} puts its length before. */
  int begin() {
    ensure(1);
    return position++;
  }

  /** Ends what {@code begin} answered {@code start} for. */
  void end(int start) {
    int length = position - start - 1;
    int more = varintSize(length) - 1;
    if (more > 0) {
      ensure(more);
      System.arraycopy(bytes, start + 1, bytes, start + 1 + more, length);
    }
    int after = position + more;
    position = start;
    exactVarint(length);
    position = after;
  }

  /**
   * Length and UTF-8 form of a text.
   *
   * @throws BadRowException for half a surrogate pair: it has no UTF-8 form, and a question mark in
   *     its place would be a lie
   */
  void lengthAndText(String text) {
    // The JDK's own encoder beats a loop over characters; but it writes half a pair as one '?'.
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == text.length() && !mayHoldQuestionMark(utf8)) {
      lengthAndBytes(utf8);
    } else {
      lengthAndUnicode(text);
    }
  }

  /** Eight bytes at a time; a byte after a '?' may be taken for one. */
  private static boolean mayHoldQuestionMark(byte[] text) {
    int i = 0;
    for (; i + 8 <= text.length; i += 8) {
      long zeroWhereFound = (long) LITTLE_ENDIAN.get(text, i) ^ 0x3f3f3f3f3f3f3f3fL;
      if (((zeroWhereFound - 0x0101010101010101L) & ~zeroWhereFound & 0x8080808080808080L) != 0) {
        return true;
      }
    }
    for (; i < text.length; i++) {
      if (text[i] == '?') {
        return true;
      }
    }
    return false;
  }

  private void lengthAndUnicode(String text) {
    int start = begin();
    ensure(3 * text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes[position++] = (byte) c;
      } else if (c < 0x800) {
        bytes[position++] = (byte) (0xc0 | c >>> 6);
        bytes[position++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        bytes[position++] = (byte) (0xe0 | c >>> 12);
        bytes[position++] = (byte) (0x80 | c >>> 6 & 0x3f);
        bytes[position++] = (byte) (0x80 | c & 0x3f);
      } else {
        int point = pair(text, i++);
        bytes[position++] = (byte) (0xf0 | point >>> 18);
        bytes[position++] = (byte) (0x80 | point >>> 12 & 0x3f);
        bytes[position++] = (byte) (0x80 | point >>> 6 & 0x3f);
        bytes[position++] = (byte) (0x80 | point & 0x3f);
      }
    }
    end(start);
  }

  private static int pair(String text, int high) {
    if (high + 1 == text.length()
        || !Character.isSurrogatePair(text.charAt(high), text.charAt(high + 1))) {
      throw new BadRowException("a text holds half a surrogate pair, which is no Unicode");
    }
    return Character.toCodePoint(text.charAt(high), text.charAt(high + 1));
  }

  /**
   * Length and text of a decimal of at most 18 digits.
   *
   * @param unscaled its digits
   * @param scale how many of them stand after the point, 0 to 18
   */
  void lengthAndDecimal(long unscaled, int scale) {
    ensure(24);
    int start = begin();
    if (unscaled < 0) {
      bytes[position++] = '-';
    }
    long rest = Math.abs(unscaled);
    int digits = Math.max(scale + 1, digits(rest));
    int last = position + digits - (scale == 0 ? 1 : 0);
    for (int i = 0, at = last; i < digits; i++) {
      if (i == scale && scale > 0) {
        bytes[at--] = '.';
      }
      bytes[at--] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    position = last + 1;
    end(start);
  }

  private static int digits(long value) {
    int digits = 1;
    for (long bound = 10; digits < 19 && value >= bound; bound *= 10) {
      digits++;
    }
    return digits;
  }

  static int varintSize(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void ensure(int more) {
    if (bytes.length - position < more) {
      int doubled = 2 * (bytes.length + ARRAY_HEADER) - ARRAY_HEADER;
      bytes = Arrays.copyOf(bytes, Math.max(position + more, doubled));
    }
  }
}
