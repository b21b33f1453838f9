package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetch thread of a task: the only thread that calls Domo and reads offsets. Looks at one
 * DataSet after the other, as long as there is room for one more spool.
 */
final class FetchLoop implements Runnable, EmissionQueue.Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(FetchLoop.class);

  /** The longest nap, so that a stuck worker is noticed. */
  private static final long NAP_MS = 10_000;

  /** Pages of rows that may wait on the heap at once; each is bounded by itself. */
  private static final int PAGES = 4;

  private final Timing timing;
  private final Discovery discovery;
  private final Function<Set<String>, Map<String, Watch>> watchMaker;
  private final Consumer<Work> ready;
  private final Consumer<ConnectException> fatal;
  private final Runnable heartbeat;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, Watch> watches = new LinkedHashMap<>();
  private final Set<Watch> due = new LinkedHashSet<>();
  private final Queue<Runnable> outcomes = new ConcurrentLinkedQueue<>();
  private final Semaphore news = new Semaphore(0);
  private volatile boolean closed;
  private int spools;
  private int pages;
  private long nextDiscoveryMs;
  private long nextPollMs;
  private long notBeforeMs;
  private long refusedSinceMs = -1;
  private int failures;

  /**
   * When things happen, in milliseconds.
   *
   * @param spools how many may be on disk at once, downloading or going out
   */
  record Timing(long pollMs, long discoveryMs, long authGraceMs, int spools, Backoff backoff) {}

  FetchLoop(
      Timing timing,
      Discovery discovery,
      Function<Set<String>, Map<String, Watch>> watchMaker,
      Consumer<Work> ready,
      Consumer<ConnectException> fatal,
      Runnable heartbeat,
      InstantSource clock,
      RandomGenerator random) {
    this.timing = timing;
    this.discovery = discovery;
    this.watchMaker = watchMaker;
    this.ready = ready;
    this.fatal = fatal;
    this.heartbeat = heartbeat;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void run() {
    try {
      while (!closed) {
        round();
        heartbeat.run();
        long nap = Math.min(NAP_MS, nextMs() - clock.millis());
        if (nap > 0 && !news.tryAcquire(nap, TimeUnit.MILLISECONDS)) {
          continue;
        }
        news.drainPermits();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      if (!closed) {
        fatal.accept(new ConnectException("The fetch thread failed: " + e, e));
      }
    }
  }

  /** Ends {@link #run} soon; the thread may be interrupted too. */
  void close() {
    closed = true;
    news.release();
  }

  @Override
  public void finished(Emission emission) {
    outcome(emission, watch -> watch.completed(emission.work()));
  }

  @Override
  public void abandoned(Emission emission, String reason) {
    outcome(emission, watch -> watch.abandoned(emission.work(), reason));
  }

  private void outcome(Emission emission, Consumer<Watch> told) {
    outcomes.add(
        () -> {
          take(emission.work(), -1);
          emission.discard();
          Watch watch = watches.get(emission.work().dataset());
          if (watch != null) {
            told.accept(watch);
            due.add(watch);
          }
        });
    news.release();
  }

  /** One pass over everything that is due. */
  void round() {
    drain();
    if (clock.millis() < notBeforeMs) {
      return;
    }
    try {
      boolean asked = schedule();
      asked |= work();
      if (asked) {
        failures = 0;
        refusedSinceMs = -1;
      }
    } catch (DomoException e) {
      refused(e);
      pause(e, e.retryAfterMs());
    } catch (ConnectException e) {
      // The offsets cannot be read just now, or the worker is closing.
      pause(e, 0);
    }
  }

  private boolean schedule() {
    long now = clock.millis();
    boolean asked = false;
    if (now >= nextDiscoveryMs) {
      discover();
      nextDiscoveryMs = clock.millis() + timing.discoveryMs;
      due.addAll(watches.values());
      nextPollMs = clock.millis() + timing.pollMs;
      asked = true;
    } else if (now >= nextPollMs) {
      for (String id : discovery.changed()) {
        Watch watch = watches.get(id);
        if (watch == null) {
          nextDiscoveryMs = 0; // a new one: it is found by the next pass
        } else {
          due.add(watch);
        }
      }
      nextPollMs = clock.millis() + timing.pollMs;
      asked = true;
    }
    for (Watch watch : watches.values()) {
      if (watch.nextAttemptMs() <= now) {
        due.add(watch);
      }
    }
    return asked;
  }

  private void discover() {
    Set<String> found = discovery.all();
    Set<String> fresh = new LinkedHashSet<>(found);
    fresh.removeAll(watches.keySet());
    if (!fresh.isEmpty()) {
      LOG.info("Reading {} more DataSets: {}", fresh.size(), fresh);
      watches.putAll(watchMaker.apply(fresh));
    }
    for (Iterator<Watch> all = watches.values().iterator(); all.hasNext(); ) {
      Watch watch = all.next();
      if (!found.contains(watch.id()) && !watch.emitting()) {
        LOG.warn("DataSet {} does not match any more, or is gone", watch.id());
        all.remove();
        due.remove(watch);
      }
    }
  }

  private boolean work() {
    boolean asked = false;
    for (Optional<Watch> next = next(); next.isPresent() && !closed; next = next()) {
      Watch watch = next.get();
      due.remove(watch);
      if (!watch.emitting()) {
        asked = true;
        watch
            .look()
            .ifPresent(
                work -> {
                  take(work, 1);
                  ready.accept(work);
                });
      }
      drain();
    }
    return asked;
  }

  /** The first that is due and finds room. Pages do not wait for the end of a long snapshot. */
  private Optional<Watch> next() {
    return due.stream()
        .filter(watch -> watch.paging() ? pages < PAGES : spools < timing.spools)
        .findFirst();
  }

  private void take(Work work, int n) {
    if (work instanceof Page) {
      pages += n;
    } else {
      spools += n;
    }
  }

  private void drain() {
    for (Runnable outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
      outcome.run();
    }
  }

  private void refused(DomoException e) {
    if (!e.kind().locksOut()) {
      return;
    }
    long now = clock.millis();
    refusedSinceMs = refusedSinceMs < 0 ? now : refusedSinceMs;
    if (now - refusedSinceMs >= timing.authGraceMs) {
      fatal.accept(new ConnectException(e.getMessage(), e));
    }
  }

  private void pause(RuntimeException e, long atLeastMs) {
    failures++;
    long delay = Math.max(atLeastMs, timing.backoff.delayMs(failures, random));
    notBeforeMs = clock.millis() + delay;
    if (!closed) {
      LOG.warn("Looking for DataSets failed, again in {} ms: {}", delay, e.getMessage());
    }
  }

  private long nextMs() {
    if (clock.millis() < notBeforeMs) {
      return notBeforeMs;
    }
    long next = Math.min(nextDiscoveryMs, nextPollMs);
    for (Watch watch : watches.values()) {
      if (!watch.emitting() && !due.contains(watch)) {
        next = Math.min(next, watch.nextAttemptMs());
      }
    }
    return next;
  }
}
