package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures in a row of one DataSet: when to try again, and one warning for each change. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private final String dataset;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final SourceMetrics metrics;
  private int failures;
  private long nextMs;
  private String complaint = "";

  Attempts(String dataset, Backoff backoff, RandomGenerator random, SourceMetrics metrics) {
    this.dataset = dataset;
    this.backoff = backoff;
    this.random = random;
    this.metrics = metrics;
  }

  boolean failing() {
    return failures > 0;
  }

  /** Not before. */
  long nextMs() {
    return nextMs;
  }

  void succeeded() {
    failures = 0;
    nextMs = 0;
    complaint = "";
  }

  void failed(String kind, String message, long retryAfterMs, long now) {
    metrics.retried(kind);
    failures++;
    nextMs = now + Math.max(retryAfterMs, backoff.delayMs(failures, random));
    if (complaint.equals(kind + message)) {
      LOG.debug("DataSet {} {}", dataset, message);
    } else {
      LOG.warn("DataSet {} cannot be read, trying again: {}", dataset, message);
      complaint = kind + message;
    }
  }

  /** Ends it until the task starts anew. */
  void stop(String reason) {
    failures++;
    nextMs = Long.MAX_VALUE;
    metrics.versionHeld();
    LOG.error("DataSet {} is held until the task restarts: {}", dataset, reason);
  }
}
