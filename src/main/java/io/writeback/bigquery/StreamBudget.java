package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import java.time.InstantSource;

/**
 * A token bucket over the creation of write streams: 10,000 an hour, project and region
 * (documentation page "Quotas and limits"), of which one task takes its part. Safe for use by many
 * threads.
 */
final class StreamBudget {
  private static final double PER_HOUR = 8_000;
  private static final double HOUR_MS = 3_600_000;

  private final double perMs;
  private final double most;
  private final InstantSource clock;
  private double tokens;
  private long atMs;

  StreamBudget(int tasks, InstantSource clock) {
    this.perMs = PER_HOUR / Math.max(1, tasks) / HOUR_MS;
    this.most = Math.max(10, PER_HOUR / Math.max(1, tasks) / 4);
    this.clock = clock;
    this.tokens = most;
    this.atMs = clock.millis();
  }

  /**
   * Takes one.
   *
   * @throws FaultException RETRY if the quota is used up for now
   */
  synchronized void take() {
    long now = clock.millis();
    tokens = Math.min(most, tokens + (now - atMs) * perMs);
    atMs = now;
    if (tokens < 1) {
      throw FaultException.retry(
          "this task has used up its part of the 10,000 write streams that BigQuery lets a project"
              + " make in an hour; it goes on in a while",
          null);
    }
    tokens--;
  }
}
