package io.writeback.redshift;

import io.writeback.redshift.ValuePolicy.Choice;
import io.writeback.sink.BadRowException;

/** Texts into a VARCHAR, which counts bytes of UTF-8. */
record TextCell(ValuePolicy policy) implements Cell {
  @Override
  public int write(Object value, CsvRow row) {
    int start = row.length();
    try {
      return sized((CharSequence) value, start, row);
    } catch (CsvRow.NulException e) {
      return switch (policy.nul()) {
        case FAIL -> throw e;
        case NULL -> nothing(start, row);
        case TRUNCATE -> {
          row.cutTo(start);
          row.noteCut();
          yield sized(value.toString().replace("\0", ""), start, row);
        }
      };
    }
  }

  private int sized(CharSequence text, int start, CsvRow row) {
    // A character is a byte at least, so a text of many need not be written to know that.
    if (text.length() <= RedshiftType.MAX_VARCHAR_BYTES) {
      int bytes = row.text(text);
      if (bytes <= RedshiftType.MAX_VARCHAR_BYTES) {
        return bytes;
      }
    }
    if (policy.oversize() == Choice.FAIL) {
      throw new BadRowException(
          "is "
              + text.codePoints().asLongStream().map(TextCell::bytes).sum()
              + " bytes long, a VARCHAR takes "
              + RedshiftType.MAX_VARCHAR_BYTES);
    }
    if (policy.oversize() == Choice.NULL) {
      return nothing(start, row);
    }
    row.cutTo(start);
    int kept = row.text(shortened(text));
    row.noteCut();
    return kept;
  }

  private static int nothing(int start, CsvRow row) {
    row.nullInstead(start);
    return 0;
  }

  /** As many whole characters as fit. */
  private static CharSequence shortened(CharSequence text) {
    int bytes = 0;
    int at = 0;
    while (at < text.length()) {
      int point = Character.codePointAt(text, at);
      bytes += bytes(point);
      if (bytes > RedshiftType.MAX_VARCHAR_BYTES) {
        break;
      }
      at += Character.charCount(point);
    }
    return text.subSequence(0, at);
  }

  /** Bytes of a character in UTF-8. */
  private static long bytes(long point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
}
