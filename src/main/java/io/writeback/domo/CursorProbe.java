package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.retry.FaultException;
import java.util.Optional;

/** Asks Domo what the pages themselves cannot show. */
final class CursorProbe {
  private final DomoApi api;
  private final PageFetch pages;

  CursorProbe(DomoApi api, PageFetch pages) {
    this.api = api;
    this.pages = pages;
  }

  /** The place of the last row, if there is a row. */
  Optional<Point> last(CursorSource source) {
    return last(source, null);
  }

  /**
   * The place of the last row up to a value, if there is one.
   *
   * @param limit null for none
   */
  Optional<Point> last(CursorSource source, Object limit) {
    return pages.point(source, source.query().last(limit));
  }

  /** The place of the row before it, if there is one; without a tiebreak, before its value. */
  Optional<Point> before(CursorSource source, Point point) {
    return pages.point(source, source.query().before(point));
  }

  /**
   * Checks that Domo finds a value that it has shown. A query may read times in the time zone of
   * the company (AWS Glue, "Domo limitations"), or show fewer digits than there are: then pages
   * would silently skip rows.
   *
   * @throws FaultException of kind configuration if it does not
   */
  void check(CursorSource source, Point last) {
    if (count(source, source.query().count(last.value())) > 0
        // The row may have changed in between.
        || !last(source).equals(Optional.of(last))) {
      return;
    }
    DomoColumn column = source.cursor().cursor();
    throw FaultException.configuration(
        String.format(
            "Domo shows the value %s in column \"%s\" and finds no row with it: it compares other"
                + " values than it shows (another time zone, or more digits). Take another column,"
                + " such as a LONG, for %s",
            DomoSql.literal(column.type(), last.value()), column.name(), CursorColumns.SETTING),
        null);
  }

  /** How many wanted rows have no cursor or no tiebreak. */
  long withoutPlace(CursorSource source) {
    return count(source, source.query().withoutPlace());
  }

  private long count(CursorSource source, String sql) {
    return SnapshotFetch.number(api.query(source.id(), sql), "COUNT(*)");
  }
}
