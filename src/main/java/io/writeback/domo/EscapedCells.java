package io.writeback.domo;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Texts of an export that look as if a guard against spreadsheet formulas had put a quote before
 * them: {@code '-} for {@code -} (domo-python-sdk issue 58). They may as well be the data; only the
 * query API knows. A few different ones are kept, and all are counted.
 */
final class EscapedCells {
  private static final int KEPT = 3;
  private static final int LONGEST = 100;
  private static final String FORMULA = "=+-@";

  private final Set<Cell> kept = new LinkedHashSet<>();
  private long count;

  /**
   * One of them.
   *
   * @param column its position
   * @param text as it stands in the export
   */
  record Cell(int column, String text) {
    /** Without the quote. */
    String original() {
      return text.substring(1);
    }
  }

  /** Looks at a text. */
  void text(int column, char[] buf, int offset, int length) {
    if (length < 2 || buf[offset] != '\'' || FORMULA.indexOf(buf[offset + 1]) < 0) {
      return;
    }
    count++;
    if (kept.size() < KEPT && length <= LONGEST && isPlain(buf, offset, length)) {
      kept.add(new Cell(column, new String(buf, offset, length)));
    }
  }

  Set<Cell> cells() {
    return kept;
  }

  long count() {
    return count;
  }

  /** Whether no dialect of SQL reads it in another way. */
  private static boolean isPlain(char[] buf, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (buf[i] < ' ' || buf[i] > '~' || buf[i] == '\\') {
        return false;
      }
    }
    return true;
  }
}
