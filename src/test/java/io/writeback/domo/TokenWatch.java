package io.writeback.domo;

import io.writeback.real.BrokenException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Downloads again and again and compares contents. Under a new token the old content may come once
 * more, because metadata runs ahead of data; that is known, and the source waits for it. Any other
 * change of content without a new token is what no source could see.
 */
final class TokenWatch {
  private static final int DOWNLOADS = 12;
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(30);

  private final DomoSite site;
  private final Map<String, Seen> seen = new HashMap<>();
  private int downloads;
  private int tokens;
  private Duration lag = Duration.ZERO;

  /** The last download of a DataSet; fresh until the data of its token has surely come. */
  private record Seen(String token, String content, Instant since, boolean fresh) {}

  TokenWatch(DomoSite site) {
    this.site = site;
  }

  String run(Duration time) throws BrokenException, IOException, InterruptedException {
    Instant end = Instant.now().plus(time);
    Duration pause = time.dividedBy(DOWNLOADS);
    if (pause.compareTo(SHORTEST_PAUSE) < 0) {
      pause = SHORTEST_PAUSE;
    }
    round();
    while (Instant.now().plus(pause).isBefore(end)) {
      Thread.sleep(pause.toMillis());
      round();
    }
    round();
    return String.format(
        "%d downloads, %d tokens, each with one content%s",
        downloads,
        tokens,
        lag.isZero() ? "" : "; data came up to " + lag.toSeconds() + " s after its token");
  }

  private void round() throws BrokenException, IOException, InterruptedException {
    for (String id : site.datasets()) {
      Spool.About now = site.download(id);
      downloads++;
      seen.put(id, compare(now, seen.get(id)));
    }
  }

  private Seen compare(Spool.About now, Seen before) throws BrokenException {
    String token = now.version().token();
    if (before == null || !before.token().equals(token)) {
      tokens++;
      boolean late =
          before == null ? recent(now.version().time()) : before.content().equals(now.content());
      return new Seen(token, now.content(), Instant.now(), late);
    }
    if (before.content().equals(now.content())) {
      return before;
    }
    BrokenException.unless(
        before.fresh(),
        "DataSet %s has another content under the same token %s",
        now.dataset(),
        token);
    Duration late = Duration.between(before.since(), Instant.now());
    lag = late.compareTo(lag) > 0 ? late : lag;
    return new Seen(token, now.content(), Instant.now(), false);
  }

  /** Whether the data of a version may not have come yet. */
  private boolean recent(Instant version) {
    return version != null
        && version
            .plusMillis(site.config.getLong(DomoConfigDef.SETTLE_MAX_MS))
            .isAfter(Instant.now());
  }
}
