package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once at each version of a DataSet for what pages cannot show: whether values are found as
 * they are shown, which rows have no place in the order, and whether the cursor fell back. Used by
 * the fetch thread; {@link #withoutPlace} may be read by others.
 */
final class CursorAudit {
  private static final Logger LOG = LoggerFactory.getLogger(CursorAudit.class);

  private final CursorProbe probe;
  private final CursorStart start;
  private String audited;
  private volatile long withoutPlace;

  CursorAudit(CursorProbe probe, CursorStart start) {
    this.probe = probe;
    this.start = start;
  }

  /** Rows that are not sent because they have no place in the order, as counted last. */
  long withoutPlace() {
    return withoutPlace;
  }

  void look(CursorSource source, SourcePosition position) {
    if (source.token().equals(audited)) {
      return;
    }
    Optional<Point> last = probe.last(source);
    last.ifPresent(point -> probe.check(source, point));
    long lost = probe.withoutPlace(source);
    if (lost > 0 && lost != withoutPlace) {
      LOG.warn(
          "DataSet {}: {} rows without a value in {} are not sent",
          source.id(),
          lost,
          CursorColumns.SETTING);
    }
    withoutPlace = lost;
    start.warnIfReplaced(source, position, last);
    audited = source.token();
  }
}
