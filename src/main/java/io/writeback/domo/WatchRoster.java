package io.writeback.domo;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DataSets of a task, and which of them are due. Belongs to the fetch thread. Nobody leaves: a
 * DataSet that is gone may come back, and its watch knows what was sent.
 */
final class WatchRoster {
  private static final Logger LOG = LoggerFactory.getLogger(WatchRoster.class);

  private final Discovery discovery;
  private final PollTimes times;
  private final Function<Set<String>, Map<String, Watch>> maker;
  private final InstantSource clock;
  private final Map<String, Watch> watches = new LinkedHashMap<>();
  private final Set<Watch> due = new LinkedHashSet<>();
  private boolean begun;
  private long nextDiscoveryMs;
  private long nextPollMs;

  WatchRoster(
      Discovery discovery,
      PollTimes times,
      Function<Set<String>, Map<String, Watch>> maker,
      InstantSource clock) {
    this.discovery = discovery;
    this.times = times;
    this.maker = maker;
    this.clock = clock;
  }

  Optional<Watch> find(String id) {
    return Optional.ofNullable(watches.get(id));
  }

  void due(Watch watch) {
    due.add(watch);
  }

  /** Takes the first that is due and finds room. */
  Optional<Watch> next(Predicate<Watch> room) {
    Optional<Watch> next = due.stream().filter(room).findFirst();
    next.ifPresent(due::remove);
    return next;
  }

  /**
   * Finds what time makes due.
   *
   * @return whether Domo was asked
   */
  boolean schedule() {
    long now = clock.millis();
    boolean asked = now >= nextDiscoveryMs || now >= nextPollMs;
    if (now >= nextDiscoveryMs) {
      discover();
    } else if (asked) {
      for (String id : discovery.changed()) {
        Watch watch = watches.get(id);
        if (watch == null) {
          nextDiscoveryMs = 0; // a new one: it is found by the next pass
        } else {
          due.add(watch);
        }
      }
      nextPollMs = times.nextPollMs(clock.millis());
    }
    for (Watch watch : watches.values()) {
      if (watch.nextAttemptMs() <= now) {
        due.add(watch);
      }
    }
    return asked;
  }

  /** When time alone makes something due, in milliseconds of the clock. */
  long nextMs() {
    long next = Math.min(nextDiscoveryMs, nextPollMs);
    for (Watch watch : watches.values()) {
      if (!watch.emitting() && !due.contains(watch)) {
        next = Math.min(next, watch.nextAttemptMs());
      }
    }
    return next;
  }

  private void discover() {
    Set<String> fresh = new LinkedHashSet<>(discovery.all());
    fresh.removeAll(watches.keySet());
    if (!fresh.isEmpty()) {
      LOG.info("Reading {} more DataSets: {}", fresh.size(), fresh);
      watches.putAll(maker.apply(fresh));
    }
    // Also those that were not found: their watches find out why.
    due.addAll(watches.values());
    if (begun) {
      watches.values().forEach(Watch::run);
    }
    begun = true;
    nextDiscoveryMs = times.nextDiscoveryMs(clock.millis());
    nextPollMs = times.nextPollMs(clock.millis());
  }
}
