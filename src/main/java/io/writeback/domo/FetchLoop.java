package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  static final long NAP_MS = 2_000;

  /** Pages of rows that may wait on the heap at once; each is bounded by itself. */
  private static final int PAGES = 4;

  private final Timing timing;
  private final WatchRoster roster;
  private final Consumer<Work> ready;
  private final Consumer<ConnectException> fatal;
  private final Runnable heartbeat;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Queue<Runnable> outcomes = new ConcurrentLinkedQueue<>();
  private final Semaphore news = new Semaphore(0);
  private volatile boolean closed;
  private int spools;
  private int pages;
  private long notBeforeMs;
  private long refusedSinceMs = -1;
  private int failures;

  /**
   * When things happen, in milliseconds.
   *
   * @param spools how many may be on disk at once, downloading or going out
   */
  record Timing(long authGraceMs, int spools, Backoff backoff) {}

  FetchLoop(
      Timing timing,
      WatchRoster roster,
      Consumer<Work> ready,
      Consumer<ConnectException> fatal,
      Runnable heartbeat,
      InstantSource clock,
      RandomGenerator random) {
    this.timing = timing;
    this.roster = roster;
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

  @Override
  public void withdrawn(Emission emission, String reason) {
    outcome(emission, watch -> watch.withdrawn(emission.work(), reason));
  }

  /** Hands work over in the middle of a look. */
  void hand(Work work) {
    take(work, 1);
    ready.accept(work);
  }

  private void outcome(Emission emission, Consumer<Watch> told) {
    outcomes.add(
        () -> {
          take(emission.work(), -1);
          emission.discard();
          roster
              .find(emission.work().dataset())
              .ifPresent(
                  watch -> {
                    told.accept(watch);
                    roster.due(watch);
                  });
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
      boolean asked = roster.schedule();
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

  private boolean work() {
    boolean asked = false;
    for (Optional<Watch> next = next(); next.isPresent() && !closed; next = next()) {
      if (!next.get().emitting()) {
        asked = true;
        next.get().look().ifPresent(this::hand);
      }
      drain();
    }
    return asked;
  }

  /** The first that is due and finds room. Pages do not wait for the end of a long snapshot. */
  private Optional<Watch> next() {
    return roster.next(watch -> watch.paging() ? pages < PAGES : spools < timing.spools);
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
    return roster.nextMs();
  }
}
