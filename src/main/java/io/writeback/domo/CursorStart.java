package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.domo.SourcePosition.Cursor;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where reading by a cursor begins: behind what is sent, or where the settings say. */
final class CursorStart {
  private static final Logger LOG = LoggerFactory.getLogger(CursorStart.class);

  private final CursorSettings settings;
  private final CursorProbe probe;

  /** Behind which row {@code latest} begins, once that is known; no row for the very first. */
  private Optional<Cursor> latest;

  CursorStart(CursorSettings settings, CursorProbe probe) {
    this.settings = settings;
    this.probe = probe;
  }

  /**
   * Where to begin to read.
   *
   * @param now when reading begins
   */
  Bound bound(CursorSource source, SourcePosition position, Instant now) {
    if (settings.initial().equals(CursorSettings.LATEST) && latest == null) {
      latest = position.isNone() ? latest(source, now) : Optional.empty();
    }
    Cursor floor = floor(position);
    if (floor != null) {
      Point sent = source.cursor().point(floor);
      return settings.overlap() == 0
          ? new Bound(sent, false)
          : new Bound(
              new Point(settings.behind(source.cursor().cursor(), sent.value()), null), true);
    }
    boolean fixed =
        !settings.initial().equals(CursorSettings.EARLIEST)
            && !settings.initial().equals(CursorSettings.LATEST);
    return fixed && position.version() == null
        ? new Bound(
            new Point(CursorColumns.value(source.cursor().cursor(), settings.initial()), null),
            true)
        : Bound.NONE;
  }

  /**
   * Behind the last row but one. So the last row is sent, and its offset keeps the place: without
   * an offset, a restart would look for the last row anew, and skip what came in between.
   */
  private Optional<Cursor> latest(CursorSource source, Instant now) {
    Optional<Point> last = probe.last(source, settings.limit(source.cursor().cursor(), now));
    LOG.info(
        "DataSet {}: starting at {}",
        source.id(),
        last.map(point -> source.stored(point).toString()).orElse("its first row to come"));
    return last.flatMap(point -> probe.before(source, point)).map(source::stored);
  }

  /**
   * Up to where everything is sent, or null if that is not known. A position without a cursor that
   * is not empty comes from a first value not sent to its end, or from a snapshot without rows: all
   * rows are still to come.
   */
  Cursor floor(SourcePosition position) {
    return position.cursor().orElse(latest == null ? null : latest.orElse(null));
  }

  /** A DataSet that was replaced by one with lower values brings nothing any more. */
  void warnIfReplaced(CursorSource source, SourcePosition position, Optional<Point> last) {
    if (position.cursor().isEmpty()) {
      return;
    }
    Cursor sent = position.cursor().get();
    if (last.isEmpty()
        || source.cursor().compareValues(last.get(), source.cursor().point(sent)) < 0) {
      LOG.warn(
          "DataSet {}: its highest cursor {} is below {}, up to which it was sent. If it was replaced"
              + " with lower values, reset its offset",
          source.id(),
          last.map(point -> source.stored(point).toString()).orElse("(no row)"),
          sent);
    }
  }
}
