package io.writeback.standin.redshift;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What COPY does with bytes that are not UTF-8, and with text that is too long. */
final class Utf8Repair {
  private Utf8Repair() {}

  /** Replaces each byte that belongs to no character (ACCEPTINVCHARS). */
  static String replaceInvalid(byte[] field, char replacement) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < field.length) {
      int length = characterLength(field, at);
      out.append(
          length == 0
              ? String.valueOf(replacement)
              : new String(field, at, length, StandardCharsets.UTF_8));
      at += Math.max(length, 1);
    }
    return out.toString();
  }

  static String firstInvalid(byte[] field) {
    int at = 0;
    while (at < field.length && characterLength(field, at) > 0) {
      at += characterLength(field, at);
    }
    int end = Math.min(field.length, at + 4);
    return HexFormat.ofDelimiter(" ").formatHex(field, Math.min(at, end), end);
  }

  /** The longest beginning of whole characters in so many bytes. */
  static String cut(String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int end = maxBytes;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** The beginning of a field for the load error tables, what is not printable ASCII as a dot. */
  static String printable(byte[] field) {
    return new String(field, 0, Math.min(field.length, 1_024), StandardCharsets.ISO_8859_1)
        .replaceAll("[^\\x20-\\x7e]", ".");
  }

  /** Bytes of the valid character that begins here; 0 if none does. */
  private static int characterLength(byte[] field, int at) {
    int first = field[at] & 0xff;
    int length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || at + length > field.length) {
      return 0;
    }
    String decoded = new String(field, at, length, StandardCharsets.UTF_8);
    return decoded.indexOf('\ufffd') < 0 || (length == 3 && (field[at + 2] & 0xff) == 0xbd)
        ? length
        : 0;
  }
}
