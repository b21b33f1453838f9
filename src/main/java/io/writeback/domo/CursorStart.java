package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.domo.SourcePosition.Cursor;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where reading by a cursor begins: behind what is sent, or where the settings say. */
final class CursorStart {
  private static final Logger LOG = LoggerFactory.getLogger(CursorStart.class);

  private final CursorSettings settings;
  private final CursorProbe probe;

  /** The last row when {@code latest} was asked for the first time; no row if there was none. */
  private Optional<Cursor> latest;

  CursorStart(CursorSettings settings, CursorProbe probe) {
    this.settings = settings;
    this.probe = probe;
  }

  /** Where to begin to read. */
  Bound bound(CursorSource source, SourcePosition position) {
    Cursor floor = floor(source, position);
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
   * Up to where everything is sent, or null if that is not known. A position without a cursor that
   * is not empty comes from a first value not sent to its end, or from a snapshot without rows: all
   * rows are still to come.
   */
  Cursor floor(CursorSource source, SourcePosition position) {
    if (position.cursor().isPresent()) {
      return position.cursor().get();
    }
    if (!settings.initial().equals(CursorSettings.LATEST)) {
      return null;
    }
    if (latest == null) {
      latest = position.isNone() ? probe.last(source).map(source::stored) : Optional.empty();
      latest.ifPresent(last -> LOG.info("DataSet {}: starting behind {}", source.id(), last));
    }
    return latest.orElse(null);
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
