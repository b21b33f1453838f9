package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.domo.VerificationException.Kind;
import io.writeback.retry.FaultException;
import java.util.Locale;

/**
 * Checks that rows come in the order of their cursor, each behind the one before: a page that does
 * not would lose rows at its end, or bring the same ones again for ever.
 */
final class OrderCheck {
  private final CursorColumns cursor;
  private final Bound from;
  private Point last;

  OrderCheck(CursorColumns cursor, Bound from) {
    this.cursor = cursor;
    this.from = from;
  }

  /**
   * Sees the next row's place.
   *
   * @throws VerificationException if it is out of order
   * @throws FaultException of kind configuration if the columns cannot order the rows
   */
  void next(Point point) {
    if (last == null) {
      first(point);
    } else {
      int byValue = cursor.compareValues(point, last);
      boolean less = byValue == 0 && cursor.keyIsOrdered() && byKey(point, last) < 0;
      if (byValue < 0 || less) {
        throw new VerificationException(
            Kind.CONTENT, "the rows of the page are not in the order of the cursor", null);
      }
      if (byValue == 0 && cursor.hasKey() && same(point, last)) {
        throw FaultException.configuration(
            String.format(
                "two rows have the same \"%s\" (%s) and the same \"%s\", or one that differs in case"
                    + " or spaces alone: %s needs a tiebreak that is unique",
                cursor.cursor().name(),
                DomoSql.literal(cursor.cursor().type(), point.value()),
                cursor.key().name(),
                CursorColumns.SETTING),
            null);
      }
    }
    last = point;
  }

  private void first(Point point) {
    Point bound = from.point();
    if (bound == null) {
      return;
    }
    int byValue = cursor.compareValues(point, bound);
    boolean behind =
        byValue > 0
            || (byValue == 0
                && (bound.key() == null
                    ? from.included()
                    : cursor.keyIsOrdered() ? byKey(point, bound) > 0 : !same(point, bound)));
    if (!behind) {
      throw FaultException.configuration(
          String.format(
              "Domo shows the values of \"%s\"%s otherwise than it compares them: a row that is not"
                  + " behind %s came as the next. Take other columns for %s",
              cursor.cursor().name(),
              cursor.hasKey() ? " or \"" + cursor.key().name() + "\"" : "",
              DomoSql.literal(cursor.cursor().type(), bound.value()),
              CursorColumns.SETTING),
          null);
    }
  }

  private int byKey(Point a, Point b) {
    return CellValue.compare(cursor.key().type(), a.key(), b.key());
  }

  /** Whether Domo may take two tiebreaks for one: it may not tell case or padding apart. */
  private boolean same(Point a, Point b) {
    return cursor.keyIsOrdered() ? byKey(a, b) == 0 : loose(a).equals(loose(b));
  }

  private static String loose(Point point) {
    return ((String) point.key()).strip().toLowerCase(Locale.ROOT);
  }
}
