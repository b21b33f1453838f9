package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

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

  static Lease join(URI url, String clientId, HttpSettings.Load limits) {
    Key key = new Key(url.getAuthority(), clientId);
    synchronized (ALL) {
      SharedLoad load =
          ALL.computeIfAbsent(key, k -> new SharedLoad(k, limits.requestsPerMinute()));
      return load.enter(limits);
    }
  }

  /** How many clients of a service are known, for tests: none stays. */
  static long known(URI url) {
    synchronized (ALL) {
      return ALL.keySet().stream().filter(key -> key.host().equals(url.getAuthority())).count();
    }
  }

  private synchronized Lease enter(HttpSettings.Load limits) {
    Lease lease = new Lease(limits);
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

  private static long nowMs() {
    return System.nanoTime() / 1_000_000;
  }

  /** One that takes part. */
  final class Lease implements AutoCloseable {
    private final HttpSettings.Load limits;
    private volatile boolean closed;

    private Lease(HttpSettings.Load limits) {
      this.limits = limits;
    }

    /**
     * Waits until a request may go.
     *
     * @param mostMs to wait; a longer wait is refused at once
     * @throws DomoException of kind THROTTLED if it would have to wait for longer
     */
    RequestPace.Turn awaitTurn(String call, long mostMs) {
      long start = nowMs();
      refuseLong(call, pace.nextTurnMs(start) - start, mostMs);
      RequestPace.Turn turn = pace.turn(start);
      for (long wait = turn.atMs() - start; wait > 0; ) {
        sleep(call, wait);
        // Meanwhile Domo may have told somebody else to wait.
        long now = nowMs();
        wait = pace.pausedMs(now);
        refuseLong(call, wait, mostMs);
      }
      return turn;
    }

    void throttled(RequestPace.Turn turn, long retryAfterMs) {
      pace.throttled(turn, retryAfterMs, nowMs());
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
          if (closed) {
            throw stopped(call, null);
          }
          try {
            SharedLoad.this.wait();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(call, e);
          }
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

  private static void sleep(String call, long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(call, e);
    }
  }

  private static DomoException stopped(String call, InterruptedException cause) {
    return new DomoException(Kind.NETWORK, call + " was not sent: the source stops", cause);
  }
}
