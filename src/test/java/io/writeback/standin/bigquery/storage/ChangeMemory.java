package io.writeback.standin.bigquery.storage;

import io.writeback.standin.bigquery.storage.StorageTables.RowChange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which change of a key was last, for one table. Equal numbers: the later ingestion wins. A delete
 * is remembered for two days; after that an older upsert brings the row back (documentation page
 * "Stream table updates with change data capture").
 */
final class ChangeMemory {
  private static final Duration DELETES_REMEMBERED = Duration.ofDays(2);

  private record Last(List<Long> sequence, boolean deleted, Instant at) {}

  private final InstantSource clock;
  private final Map<List<Object>, Last> byKey = new HashMap<>();

  ChangeMemory(InstantSource clock) {
    this.clock = clock;
  }

  /** The changes that are not older than what the table has seen, in their order. */
  synchronized List<RowChange> winners(List<RowChange> changes, int[] keyColumns) {
    List<RowChange> winners = new ArrayList<>();
    Instant now = clock.instant();
    for (RowChange change : changes) {
      List<Object> key = key(change.row(), keyColumns);
      Last last = byKey.get(key);
      boolean forgotten =
          last != null && last.deleted && last.at.plus(DELETES_REMEMBERED).isBefore(now);
      if (last == null || forgotten || !SequenceNumber.isOlder(change.sequence(), last.sequence)) {
        byKey.put(key, new Last(change.sequence(), change.delete(), now));
        winners.add(change);
      }
    }
    return winners;
  }

  private static List<Object> key(Object[] row, int[] keyColumns) {
    Object[] key = new Object[keyColumns.length];
    for (int i = 0; i < key.length; i++) {
      Object value = row[keyColumns[i]];
      key[i] = value instanceof byte[] bytes ? Arrays.hashCode(bytes) : value;
    }
    return Arrays.asList(key);
  }
}
