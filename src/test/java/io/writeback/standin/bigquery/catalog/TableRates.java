package io.writeback.standin.bigquery.catalog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rates per table (documentation page "Quotas and limits"): 5 metadata updates per 10 seconds,
 * 1,500 load jobs per day.
 */
public final class TableRates {
  private static final int UPDATES = 5;
  private static final long UPDATE_WINDOW = Duration.ofSeconds(10).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();

  private final Deque<Long> updates = new ArrayDeque<>();
  private final Deque<Long> loads = new ArrayDeque<>();

  public synchronized void metadataUpdate(TableId table, long now) {
    if (!admit(updates, UPDATES, UPDATE_WINDOW, now)) {
      throw new ApiException(
          403,
          "rateLimitExceeded",
          "Exceeded rate limits: too many table update operations for this table: "
              + table
              + ". For more information, see"
              + " https://cloud.google.com/bigquery/docs/troubleshoot-quotas");
    }
  }

  public synchronized void loadJob(TableId table, int perDay, long now) {
    if (!admit(loads, perDay, DAY, now)) {
      throw new ApiException(
          403,
          "quotaExceeded",
          "load_job_per_table.long",
          "Quota exceeded: Your table exceeded quota for imports or query appends per table: "
              + table
              + ". For more information, see"
              + " https://cloud.google.com/bigquery/docs/troubleshoot-quotas");
    }
  }

  private static boolean admit(Deque<Long> times, int most, long window, long now) {
    while (!times.isEmpty() && times.peekFirst() <= now - window) {
      times.removeFirst();
    }
    if (times.size() >= most) {
      return false;
    }
    times.addLast(now);
    return true;
  }
}
