package io.writeback.domo;

/**
 * Which cells are null. Documented is the empty cell without quotes, next to {@code ""} for the
 * empty text; R clients read and write {@code \N} (rdomo, DomoR), which only a setting can tell
 * from a text of two characters.
 *
 * @param text a cell without quotes that means null as well; empty for none
 */
record NullCells(String text) {
  boolean matches(ColumnType type, char[] buf, int offset, int length, boolean quoted) {
    if (length == 0) {
      return !quoted || type != ColumnType.STRING;
    }
    return !quoted && length == text.length() && equal(buf, offset);
  }

  private boolean equal(char[] buf, int offset) {
    for (int i = 0; i < text.length(); i++) {
      if (buf[offset + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
