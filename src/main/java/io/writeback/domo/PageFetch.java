package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.domo.Page.Row;
import io.writeback.domo.SourcePosition.Cursor;
import io.writeback.retry.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * Reads the next page of a DataSet in the order of its cursor. One row more than a page holds is
 * read, to see whether the page ends between two rows that belong together.
 */
final class PageFetch {
  private final DomoApi api;
  private final CellForms forms;
  private final CursorSettings settings;

  PageFetch(DomoApi api, CellForms forms, CursorSettings settings) {
    this.api = api;
    this.forms = forms;
    this.settings = settings;
  }

  private record Read(Struct value, int bytes, Point point) {}

  /**
   * Fetches.
   *
   * @param from where to begin
   * @param limit the cursor's highest value, or null
   * @param before the position that is stored before the page
   * @param floor up to where everything is sent already, or null; offsets do not fall behind it
   * @return nothing if there are no rows
   * @throws DomoException if the call fails
   * @throws VerificationException if the answer is not what was asked for
   * @throws FaultException of kind configuration if the cursor does not order the rows
   */
  Optional<Page> fetch(
      CursorSource source, Bound from, Object limit, SourcePosition before, Cursor floor) {
    List<Read> rows = new ArrayList<>();
    boolean more = read(source, from, limit, rows);
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    if (more) {
      cut(source.cursor(), rows);
    }
    return Optional.of(
        new Page(
            source.id(),
            source.name(),
            source.topic(),
            source.shape(),
            source.config(),
            before,
            reached(source, rows, floor),
            rows.get(rows.size() - 1).point(),
            more));
  }

  /** The place of the first row that a query gives, which selects nothing else. */
  Optional<Point> point(CursorSource source, String sql) {
    PageReader reader = new PageReader(source.placeOnly(), forms, settings.emptyIsNull());
    try (QueryRows answer = api.rows(source.id(), sql)) {
      reader.answer(answer.columns());
      reader.begin();
      return answer.next(reader) ? Optional.of(reader.point()) : Optional.empty();
    }
  }

  /** Reads a page and one row more, if there is one; that is what it returns. */
  private boolean read(CursorSource source, Bound from, Object limit, List<Read> rows) {
    PageReader reader = new PageReader(source, forms, settings.emptyIsNull());
    OrderCheck order = new OrderCheck(source.cursor(), from);
    long bytes = 0;
    String sql = source.query().page(from, limit, settings.pageRows() + 1L);
    try (QueryRows answer = api.rows(source.id(), sql)) {
      reader.answer(answer.columns());
      reader.begin();
      while (answer.next(reader)) {
        order.next(reader.point());
        rows.add(new Read(reader.struct(), reader.bytes(), reader.point()));
        if (rows.size() > settings.pageRows()
            || (rows.size() > 1 && bytes > settings.pageBytes())) {
          return true;
        }
        bytes += reader.bytes();
        reader.begin();
      }
      return false;
    }
  }

  /** Takes the last row off, and without a tiebreak every row of its value. */
  private void cut(CursorColumns cursor, List<Read> rows) {
    Point beyond = rows.remove(rows.size() - 1).point();
    if (cursor.hasKey()) {
      return;
    }
    int size = rows.size();
    while (!rows.isEmpty()
        && cursor.compareValues(rows.get(rows.size() - 1).point(), beyond) == 0) {
      rows.remove(rows.size() - 1);
    }
    if (rows.isEmpty()) {
      throw FaultException.configuration(
          String.format(
              "more than %d rows have the value %s in column \"%s\", and without a tiebreak they"
                  + " only go together: name a unique second column in %s, or raise %s and %s",
              size,
              DomoSql.literal(cursor.cursor().type(), beyond.value()),
              cursor.cursor().name(),
              CursorColumns.SETTING,
              SelectionKeys.PAGE_ROWS,
              SelectionKeys.PAGE_BYTES),
          null);
    }
  }

  /** A row whose value goes on in the next one does not say that its value is done. */
  private static List<Row> reached(CursorSource source, List<Read> reads, Cursor floor) {
    CursorColumns cursor = source.cursor();
    Point low = floor == null ? null : cursor.point(floor);
    List<Row> rows = new ArrayList<>(reads.size());
    Cursor done = floor;
    for (int i = 0; i < reads.size(); i++) {
      Read read = reads.get(i);
      boolean last =
          cursor.hasKey()
              || i + 1 == reads.size()
              || cursor.compareValues(read.point(), reads.get(i + 1).point()) != 0;
      if (last && (low == null || behind(cursor, low, read.point()))) {
        done = source.stored(read.point());
      }
      rows.add(new Row(read.value(), read.bytes(), done));
    }
    return rows;
  }

  /** Whether a point is not read again because of an overlap. */
  private static boolean behind(CursorColumns cursor, Point low, Point point) {
    int byValue = cursor.compareValues(point, low);
    // Within the value itself the query has begun behind the row.
    return byValue > 0 || (byValue == 0 && cursor.hasKey() && low.key() != null);
  }
}
