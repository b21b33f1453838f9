package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * A token bucket per table. BigQuery allows 1,500 load jobs per table and day, failed ones included
 * (docs: Quotas, "Load jobs"): 1,200 come in over the day and 300 at once, shared evenly by the
 * tasks of the connector. Safe for use by many threads.
 */
final class LoadBudget {
  static final double PER_DAY = 1_200;
  static final double AT_ONCE = 300;
  private static final double DAY_MS = 86_400_000;

  private final double perMs;
  private final double capacity;
  private final InstantSource clock;
  private final Map<Target, Bucket> buckets = new HashMap<>();

  LoadBudget(int tasks, InstantSource clock) {
    this.perMs = PER_DAY / tasks / DAY_MS;
    this.capacity = Math.max(1, AT_ONCE / tasks);
    this.clock = clock;
  }

  /** The shortest interval between loads into one table that a day allows, in milliseconds. */
  static long shortestIntervalMs(int tasks) {
    return (long) Math.ceil(DAY_MS * tasks / PER_DAY);
  }

  /**
   * Takes one load into the table.
   *
   * @throws FaultException RETRY if the share is used up for now
   */
  synchronized void take(Target table) {
    long now = clock.millis();
    Bucket bucket = buckets.getOrDefault(table, new Bucket(capacity, now));
    double tokens = Math.min(capacity, bucket.tokens + (now - bucket.atMs) * perMs);
    if (tokens < 1) {
      throw FaultException.retry(
          String.format(
              "table %s has used up its share of BigQuery's 1,500 load jobs a day; the next one may"
                  + " start in %d s. Raise flush.interval.ms, or use fewer partitions",
              table, (long) Math.ceil((1 - tokens) / perMs / 1000)),
          null);
    }
    buckets.put(table, new Bucket(tokens - 1, now));
  }

  private record Bucket(double tokens, long atMs) {}
}
