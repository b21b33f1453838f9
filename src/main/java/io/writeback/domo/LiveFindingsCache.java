package io.writeback.domo;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Remembers for a short time what a look at Domo found, because user interfaces validate with every
 * keystroke and workers several times for one request. Keeps digests of settings, no settings.
 */
final class LiveFindingsCache {
  private static final int MOST = 32;

  private final long keepMs;
  private final InstantSource clock;
  private final Map<String, Found> known = new LinkedHashMap<>();

  private record Found(LiveFindings findings, long atMs) {}

  LiveFindingsCache(long keepMs, InstantSource clock) {
    this.keepMs = keepMs;
    this.clock = clock;
  }

  /** What was found for these settings, or is found now. */
  LiveFindings get(Map<String, String> settings, Supplier<LiveFindings> look) {
    String digest = digest(settings);
    synchronized (this) {
      Found found = known.get(digest);
      if (found != null && clock.millis() - found.atMs() < keepMs) {
        return found.findings();
      }
    }
    LiveFindings findings = look.get();
    synchronized (this) {
      known.remove(digest);
      known.put(digest, new Found(findings, clock.millis()));
      if (known.size() > MOST) {
        known.remove(known.keySet().iterator().next());
      }
    }
    return findings;
  }

  /** Of what Domo is asked with: a change of a topic's name asks nothing new. */
  private static String digest(Map<String, String> settings) {
    Fingerprint print = new Fingerprint();
    new TreeMap<>(settings)
        .forEach(
            (key, value) -> {
              if (key.startsWith("domo.")) {
                print.add(key).add(String.valueOf(value));
              }
            });
    return print.hex();
  }
}
