package io.writeback.domo;

import io.writeback.domo.CursorColumns.Point;
import io.writeback.domo.CursorQuery.Bound;
import io.writeback.real.BrokenException;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.util.List;
import java.util.Optional;

/** Reads a DataSet by its cursor as the source does in mode incremental, a few pages of it. */
final class CursorTrial {
  private static final int PAGES = 3;

  private final DomoSite site;
  private final PageFetch pages;

  CursorTrial(DomoSite site) {
    this.site = site;
    this.pages =
        new PageFetch(
            site.api, site.config.datasetSettings().forms(), site.config.cursorSettings());
  }

  /** How long the slowest page took, in ms; -1 if the DataSet has no cursor. */
  long longestPageMs(String id) throws BrokenException {
    DatasetSettings settings = site.config.datasetSettings();
    Optional<List<String>> names = settings.cursor(id);
    if (names.isEmpty()) {
      return -1;
    }
    DatasetInfo info = site.api.dataset(id);
    CursorSource source =
        CursorSource.of(
            info,
            site.detector.versionOf(info).token(),
            site.api.columns(info),
            names.get(),
            settings);
    try {
      CursorProbe probe = new CursorProbe(site.api, pages);
      Optional<Point> last = probe.last(source);
      last.ifPresent(point -> probe.check(source, point));
      return read(source);
    } catch (VerificationException e) {
      throw new BrokenException(e.getMessage());
    } catch (FaultException e) {
      BrokenException.unless(
          e instanceof DomoException || e.fault() != Fault.CONFIGURATION, "%s", e.getMessage());
      throw e;
    }
  }

  private long read(CursorSource source) {
    long longest = 0;
    Bound from = Bound.NONE;
    SourcePosition before = SourcePosition.NONE;
    for (int i = 0; i < PAGES; i++) {
      long start = System.nanoTime();
      Optional<Page> page = pages.fetch(source, from, null, before, null);
      longest = Math.max(longest, (System.nanoTime() - start) / 1_000_000);
      if (page.isEmpty() || !page.get().more()) {
        break;
      }
      from = new Bound(page.get().end(), false);
    }
    return longest;
  }
}
