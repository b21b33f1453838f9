package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Updates of a table's metadata: five in ten seconds and table (documentation page "Quotas and
 * limits", "Standard tables"), of which a task leaves one to others. Creations and changes of the
 * schema count. Safe for use by many threads.
 */
final class MetadataBudget {
  private static final int AT_ONCE = 4;
  private static final long WINDOW_MS = 10_000;

  private final InstantSource clock;
  private final Map<Target, Deque<Long>> updates = new HashMap<>();

  MetadataBudget(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Takes one update of the table.
   *
   * @throws FaultException RETRY if there were too many lately
   */
  synchronized void take(Target table) {
    long now = clock.millis();
    Deque<Long> lately = updates.computeIfAbsent(table, t -> new ArrayDeque<>());
    while (!lately.isEmpty() && now - lately.peekFirst() >= WINDOW_MS) {
      lately.removeFirst();
    }
    if (lately.size() >= AT_ONCE) {
      throw FaultException.retry(
          "table "
              + table
              + " was changed "
              + AT_ONCE
              + " times in 10 s, and BigQuery takes five; the next change waits",
          null);
    }
    lately.addLast(now);
  }
}
