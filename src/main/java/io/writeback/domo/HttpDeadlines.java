package io.writeback.domo;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/**
 * Ends requests that take too long in all, which no timeout of the HTTP client does for a body that
 * drips, and ends all of them when the source stops.
 */
final class HttpDeadlines implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;
  private final Set<HttpUriRequestBase> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HttpDeadlines() {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "domo-deadlines");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Starts the clock of a request. */
  Deadline start(HttpUriRequestBase request, long ms) {
    underWay.add(request);
    Deadline deadline = new Deadline(request, ms);
    if (closed) {
      request.cancel();
    }
    return deadline;
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    underWay.forEach(HttpUriRequestBase::cancel);
  }

  /** The clock of one request. */
  final class Deadline {
    private final HttpUriRequestBase request;
    private final ScheduledFuture<?> alarm;
    private volatile boolean passed;

    private Deadline(HttpUriRequestBase request, long ms) {
      this.request = request;
      this.alarm =
          timer.isShutdown() ? null : timer.schedule(this::pass, ms, TimeUnit.MILLISECONDS);
    }

    private void pass() {
      passed = true;
      request.cancel();
    }

    /** Whether it ended the request. */
    boolean passed() {
      return passed;
    }

    void end() {
      underWay.remove(request);
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }
}
