package io.writeback.domo;

import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.real.Probe;
import io.writeback.real.SkippedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The points of Domo that its documentation leaves open. They read, and never write. */
public final class DomoProbes {
  private static final String WATCH_SECONDS = "real.domo.watch.seconds";
  private static final List<String> NEEDS =
      List.of("domo.client.id", "domo.client.secret", "domo.datasets");
  private static final Duration LONG = Duration.ofHours(25);
  private static final Duration HALF_HOUR = Duration.ofMinutes(30);

  private DomoProbes() {}

  public static List<Probe> all() {
    return List.of(
        new Probe("domo.count-matches-export", NEEDS, HALF_HOUR, DomoProbes::counts),
        new Probe("domo.token-moves", NEEDS, LONG, DomoProbes::tokens),
        new Probe("domo.null-text", NEEDS, HALF_HOUR, DomoProbes::nulls),
        new Probe("domo.export-end", NEEDS, HALF_HOUR, DomoProbes::ends),
        new Probe("domo.cursor-order", NEEDS, HALF_HOUR, DomoProbes::cursor));
  }

  /** D1: what queries count and show is what an export has. */
  private static String counts(Map<String, String> services, Leftovers leftovers) throws Exception {
    DomoSite site = new DomoSite(services, leftovers);
    long rows = 0;
    for (String id : site.datasets()) {
      rows += site.download(id).rows();
    }
    return rows + " rows, the same by export, COUNT(*) and metadata, before and after";
  }

  /** D1: content under one token is one content. */
  private static String tokens(Map<String, String> services, Leftovers leftovers) throws Exception {
    // Cells are compared by their hash here; a sample would find fault with the same change.
    DomoSite site = new DomoSite(services, leftovers, "domo.verify.sample.rows", "0");
    long seconds = Long.parseLong(services.getOrDefault(WATCH_SECONDS, "0").strip());
    TokenWatch watch = new TokenWatch(site);
    return watch.run(Duration.ofSeconds(seconds));
  }

  /** Which cells are null, by the query API and by the export. */
  private static String nulls(Map<String, String> services, Leftovers leftovers) throws Exception {
    DomoSite site = new DomoSite(services, leftovers);
    long nulls = 0;
    for (String id : site.datasets()) {
      nulls += new NullCount(site, id).compare();
    }
    if (nulls == 0) {
      throw new SkippedException("no cell of these DataSets is null");
    }
    return nulls + " null cells, the same by export and by IS NULL";
  }

  /** Whether the end of an export proves that it is whole. */
  private static String ends(Map<String, String> services, Leftovers leftovers) throws Exception {
    DomoSite site = new DomoSite(services, leftovers);
    boolean proven = true;
    for (String id : site.datasets()) {
      int last = '\n';
      try (DomoApi.Export export = site.api.export(id)) {
        byte[] buf = new byte[1 << 16];
        for (int n = export.body().read(buf); n >= 0; n = export.body().read(buf)) {
          last = n == 0 ? last : buf[n - 1];
        }
        proven &= export.endIsProven();
        BrokenException.unless(
            export.endIsProven() || last == '\n' || last == '\r',
            "an export ends with its connection, in the middle of a line");
      }
    }
    return proven
        ? "by length, chunks or gzip"
        : "with the connection: only the line feed and COUNT(*) show that it is whole";
  }

  /** Whether queries compare what they show, and how long a page takes of the 60 s it may. */
  private static String cursor(Map<String, String> services, Leftovers leftovers) throws Exception {
    DomoSite site = new DomoSite(services, leftovers);
    CursorTrial trial = new CursorTrial(site);
    long longest = -1;
    for (String id : site.datasets()) {
      longest = Math.max(longest, trial.longestPageMs(id));
    }
    if (longest < 0) {
      throw new SkippedException("no domo.cursor.columns for these DataSets");
    }
    return "rows come in the order of the cursor; the slowest page took " + longest + " ms";
  }
}
