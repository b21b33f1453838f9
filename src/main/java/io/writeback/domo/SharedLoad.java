package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * What the tasks of a worker share when they use one client of one Domo API: the pace of requests
 * and the number of exports that run at once. Other workers are not seen; Domo's answers slow all
 * of them down. The strictest limits of all who take part hold.
 *
 * <p>Static, because a plugin has one class loader on a worker; an entry goes with its last lease.
 */
final class SharedLoad {
  private static final Map<Key, SharedLoad> ALL = new HashMap<>();

  private final Key key;
  private final RequestPace pace;
  private final Set<Lease> leases = new HashSet<>();
  private int downloads;

  private record Key(String host, String clientId) {}

  private SharedLoad(Key key, int requestsPerMinute) {
    this.key = key;
    this.pace = new RequestPace(requestsPerMinute);
  }

  /**
   * How time passes for those who wait.
   *
   * @param nowMs milliseconds of any origin
   */
  record Time(LongSupplier nowMs, Waiting waiting) {
    static final Time REAL = new Time(() -> System.nanoTime() / 1_000_000, Object::wait);
  }

  /** Waits on a monitor that the caller holds, for at most so many milliseconds; 0 for ever. */
  @FunctionalInterface
  interface Waiting {
    void on(Object monitor, long ms) throws InterruptedException;
  }

  static Lease join(URI url, String clientId, HttpSettings.Load limits) {
    return join(url, clientId, limits, Time.REAL);
  }

  static Lease join(URI url, String clientId, HttpSettings.Load limits, Time time) {
    Key key = new Key(url.getAuthority(), clientId);
    synchronized (ALL) {
      SharedLoad load =
          ALL.computeIfAbsent(key, k -> new SharedLoad(k, limits.requestsPerMinute()));
      return load.enter(limits, time);
    }
  }

  /** How many clients of a service are known, for tests: none stays. */
  static long known(URI url) {
    synchronized (ALL) {
      return ALL.keySet().stream().filter(key -> key.host().equals(url.getAuthority())).count();
    }
  }

  private synchronized Lease enter(HttpSettings.Load limits, Time time) {
    Lease lease = new Lease(limits, time);
    leases.add(lease);
    limitsChanged();
    return lease;
  }

  private void limitsChanged() {
    leases.stream()
        .mapToInt(lease -> lease.limits.requestsPerMinute())
        .min()
        .ifPresent(pace::limit);
    notifyAll();
  }

  private int mostDownloads() {
    return leases.stream().mapToInt(lease -> lease.limits.downloads()).min().orElse(1);
  }

  /** One that takes part. */
  final class Lease implements AutoCloseable {
    private final HttpSettings.Load limits;
    private final Time time;
    private boolean closed;

    private Lease(HttpSettings.Load limits, Time time) {
      this.limits = limits;
      this.time = time;
    }

    /**
     * Waits until a request may go, or the lease is closed.
     *
     * @param mostMs to wait; a longer wait is refused at once
     * @throws DomoException of kind THROTTLED if it would have to wait for longer
     */
    RequestPace.Turn awaitTurn(String call, long mostMs) {
      long now = time.nowMs().getAsLong();
      refuseLong(call, pace.nextTurnMs(now) - now, mostMs);
      RequestPace.Turn turn = pace.turn(now);
      synchronized (SharedLoad.this) {
        for (long wait = turn.atMs() - now; wait > 0; ) {
          await(call, wait);
          // Meanwhile Domo may have told somebody else to wait.
          now = time.nowMs().getAsLong();
          long pause = pace.pausedMs(now);
          refuseLong(call, pause, mostMs);
          wait = Math.max(turn.atMs() - now, pause);
        }
      }
      return turn;
    }

    /** On the monitor, which others wake for their own reasons too. */
    private void await(String call, long ms) {
      if (closed) {
        throw stopped(call, null);
      }
      try {
        time.waiting().on(SharedLoad.this, ms);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw stopped(call, e);
      }
      if (closed) {
        throw stopped(call, null);
      }
    }

    void throttled(RequestPace.Turn turn, long retryAfterMs) {
      pace.throttled(turn, retryAfterMs, time.nowMs().getAsLong());
    }

    void answered() {
      pace.answered();
    }

    double requestsPerMinute() {
      return pace.perMinute();
    }

    /** Waits for one of the places for exports. */
    Download awaitDownload(String call) {
      synchronized (SharedLoad.this) {
        while (downloads >= mostDownloads()) {
          await(call, 0);
        }
        downloads++;
        return new Download();
      }
    }

    @Override
    public void close() {
      synchronized (ALL) {
        synchronized (SharedLoad.this) {
          closed = true;
          leases.remove(this);
          limitsChanged();
          if (leases.isEmpty()) {
            ALL.remove(key, SharedLoad.this);
          }
        }
      }
    }
  }

  /** A place for an export, until it is closed. */
  final class Download implements AutoCloseable {
    private boolean closed;

    private Download() {}

    @Override
    public void close() {
      synchronized (SharedLoad.this) {
        if (!closed) {
          closed = true;
          downloads--;
          SharedLoad.this.notifyAll();
        }
      }
    }
  }

  private static void refuseLong(String call, long waitMs, long mostMs) {
    if (waitMs > mostMs) {
      throw new DomoException(
          Kind.THROTTLED,
          String.format(
              "%s waits: Domo asked for a pause, or domo.requests.per.minute is used up for %d ms",
              call, waitMs),
          waitMs,
          null);
    }
  }

  private static DomoException stopped(String call, InterruptedException cause) {
    return new DomoException(Kind.NETWORK, call + " was not sent: the source stops", cause);
  }
}
