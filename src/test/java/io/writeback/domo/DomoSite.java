package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;
import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A real Domo, or what claims to be it, read as the source reads it. Nothing is written there. */
final class DomoSite {
  private static final int ATTEMPTS = 4;
  private static final long AGAIN_MS = 5_000;

  final DomoSourceConfig config;
  final DomoApi api;
  final VersionDetector detector;
  private final SnapshotFetch fetch;

  /**
   * A site.
   *
   * @param changes settings that win over the user's, as keys and values
   */
  DomoSite(Map<String, String> services, Leftovers leftovers, String... changes) {
    Map<String, String> properties = new HashMap<>(services);
    properties.put("name", "writeback-probe");
    properties.putIfAbsent("domo.spool.dir", "none");
    for (int i = 0; i < changes.length; i += 2) {
      properties.put(changes[i], changes[i + 1]);
    }
    this.config = new DomoSourceConfig(properties);
    this.api =
        leftovers.open(new HttpDomoApi(config.http(), TaskMetrics.none(), Clock.systemUTC()));
    this.detector = new MarkedVersions(api);
    this.fetch =
        new SnapshotFetch(
            api,
            detector,
            config.verification(),
            config.datasetSettings(),
            config.cursorSettings(),
            new SourceMetrics(TaskMetrics.none()),
            Clock.systemUTC());
  }

  /** The DataSets that the user names. */
  Set<String> datasets() {
    return config.namedDatasets().keySet();
  }

  /**
   * Downloads one whole version and keeps nothing but what is known of it. A version that is just
   * being replaced is tried again.
   *
   * @throws BrokenException if Domo's answers contradict each other
   */
  Spool.About download(String id) throws BrokenException, IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        DatasetInfo info = api.dataset(id);
        return fetch.fetch(info, detector.versionOf(info), "probe", Drafts.DISCARDED).about();
      } catch (VerificationException e) {
        switch (e.kind()) {
          case ROWS, CELLS, HEADER, CONTENT, TRUNCATED -> throw new BrokenException(e.getMessage());
          case CHANGED, LAGGING, POLICY -> {
            if (attempt == ATTEMPTS) {
              throw e;
            }
          }
        }
      }
      Thread.sleep(AGAIN_MS);
    }
  }
}
