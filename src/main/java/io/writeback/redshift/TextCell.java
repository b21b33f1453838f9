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
    int bytes = row.text(text);
    if (bytes <= RedshiftType.MAX_VARCHAR_BYTES) {
      return bytes;
    }
    if (policy.oversize() == Choice.FAIL) {
      throw new BadRowException(
          "is " + bytes + " bytes long, a VARCHAR takes " + RedshiftType.MAX_VARCHAR_BYTES);
    }
    if (policy.oversize() == Choice.NULL) {
      return nothing(start, row);
    }
    row.cutTo(start);
    row.noteCut();
    return row.text(shortened(text));
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
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > RedshiftType.MAX_VARCHAR_BYTES) {
        break;
      }
      at += Character.charCount(point);
    }
    return text.subSequence(0, at);
  }
}
