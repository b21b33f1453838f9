package io.writeback.standin.bigquery.catalog;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rows that came by tabledata.insertAll a moment ago. They can be read, but not changed for 30
 * minutes (documentation page "Stream data using the legacy streaming API"). An insertId is
 * remembered for one minute.
 */
public final class StreamingBuffer {
  private static final long KEPT_MILLIS = Duration.ofMinutes(30).toMillis();
  private static final long IDS_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Map<String, Long> insertIds = new LinkedHashMap<>();
  private long rows;
  private long oldest;
  private long newest;

  /** True if this id is new within the minute; then it is remembered. */
  public synchronized boolean admit(String insertId, long now) {
    Iterator<Long> times = insertIds.values().iterator();
    while (times.hasNext() && times.next() < now - IDS_MILLIS) {
      times.remove();
    }
    return insertIds.putIfAbsent(insertId, now) == null;
  }

  /** Forgets an id whose row did not land after all. */
  public synchronized void forget(String insertId) {
    insertIds.remove(insertId);
  }

  public synchronized void landed(long count, long now) {
    oldest = rows == 0 ? now : oldest;
    rows += count;
    newest = now;
  }

  /** Rows that may not be changed yet. */
  public synchronized long rows(long now) {
    if (now - newest > KEPT_MILLIS) {
      rows = 0;
    }
    return rows;
  }

  public synchronized long oldest() {
    return oldest;
  }

  /** As if the service had moved the rows to their final storage. */
  public synchronized void drain() {
    rows = 0;
  }
}
