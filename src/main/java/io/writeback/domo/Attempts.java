package io.writeback.domo;

import io.writeback.retry.Backoff;
import java.util.random.RandomGenerator;

/** Failures in a row of one DataSet that is read by its cursor, and when to try again. */
final class Attempts {
  private final String dataset;
  private final DatasetJournal journal;
  private final Backoff backoff;
  private final RandomGenerator random;
  private final SourceMetrics metrics;
  private int failures;
  private long nextMs;

  Attempts(
      String dataset,
      DatasetJournal journal, Backoff backoff, RandomGenerator random, SourceMetrics metrics) {
    this.dataset = dataset;
    this.journal = journal;
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
    journal.well();
  }

  /**
   * One more follows.
   *
   * @param lasting whether a person has to do something before that can succeed
   */
  void failed(String kind, String why, long retryAfterMs, long now, boolean lasting) {
    metrics.retried(dataset, kind);
    failures++;
    nextMs = now + Math.max(retryAfterMs, backoff.delayMs(failures, random));
    String message = "cannot be read, trying again: " + why;
    if (lasting) {
      // What is to be done may differ within the kind.
      journal.lasting(kind + why, message);
    } else {
      journal.trouble(kind, message);
    }
  }

  /** No more until the task starts anew. */
  void stop(String reason) {
    failures++;
    nextMs = Long.MAX_VALUE;
    metrics.versionHeld(dataset);
    journal.lasting("abandoned", "is held until the task restarts: " + reason);
  }
}
