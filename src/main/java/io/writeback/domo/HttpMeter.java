package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;

/** Counts the calls to Domo of one task. */
final class HttpMeter {
  private static final long NANOS = 1_000_000;

  private final TaskMetrics metrics;
  private final TaskMetrics.Counter requests;
  private final TaskMetrics.Counter waitedMs;

  HttpMeter(TaskMetrics metrics) {
    this.metrics = metrics;
    requests = metrics.counter("requests-total", "Requests sent to Domo");
    waitedMs =
        metrics.counter(
            "throttled-ms-total", "Time spent waiting because of the request rate, of all calls");
  }

  /** A request is going out, after waiting for its turn. */
  void requested(long waitedNanos) {
    requests.add(1);
    waitedMs.add(waitedNanos / NANOS);
  }

  void failed(DomoException.Kind kind) {
    metrics
        .counter("requests-failed-" + kind.label() + "-total", "Requests to Domo that failed")
        .add(1);
  }

  void rate(SharedLoad.Lease load) {
    metrics.gauge(
        "request-rate-per-minute",
        "What the requests of this worker's tasks to Domo are limited to now",
        load::requestsPerMinute);
  }
}
