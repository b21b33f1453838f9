package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.SourcePosition.Cursor;

/**
 * The highest cursor of all rows of a version. With a text tiebreak, whose order only Domo knows,
 * it is behind all rows of the highest value.
 */
final class HighestCursor {
  private final CursorColumns columns;
  private final Object limit;
  private Point highest;

  /**
   * Starts.
   *
   * @param limit a value that the cursor must not pass, because rows may still come late below it;
   *     or null
   */
  HighestCursor(CursorColumns columns, Object limit) {
    this.columns = columns;
    this.limit = limit;
  }

  /** The columns that it looks at. */
  int[] indices() {
    return columns.indices();
  }

  /** Sees a row. Rows without a cursor, or without its tiebreak, have no place in the order. */
  void row(RowSelection.Pass row) {
    Object value = row.value(columns.cursorIndex());
    Object key = columns.hasKey() ? row.value(columns.keyIndex()) : null;
    if (value == null || (columns.hasKey() && key == null)) {
      return;
    }
    Point point = new Point(value, columns.keyIsOrdered() ? key : null);
    if (highest == null || compare(point, highest) > 0) {
      highest = point;
    }
  }

  private int compare(Point a, Point b) {
    int byValue = columns.compareValues(a, b);
    return byValue != 0 || a.key() == null
        ? byValue
        : CellValue.compare(columns.key().type(), a.key(), b.key());
  }

  /** The highest cursor, or null if no row has one. */
  Cursor cursor(String fingerprint) {
    if (highest == null) {
      return null;
    }
    Point end = new Point(limit, null);
    boolean beyond = limit != null && columns.compareValues(highest, end) > 0;
    return columns.stored(beyond ? end : highest, fingerprint);
  }
}
