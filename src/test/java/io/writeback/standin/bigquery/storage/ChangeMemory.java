package io.writeback.standin.bigquery.storage;

import com.google.protobuf.ByteString;
import io.writeback.standin.bigquery.storage.StorageTables.RowChange;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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

  /**
   * Applies the changes that are not older than what the table has seen, in their order; remembers
   * them if that succeeds.
   */
  synchronized void apply(
      List<RowChange> changes, int[] keyColumns, Consumer<List<RowChange>> effect) {
    List<RowChange> winners = new ArrayList<>();
    Map<List<Object>, Last> latest = new HashMap<>();
    Instant now = clock.instant();
    for (RowChange change : changes) {
      List<Object> key = key(change.row(), keyColumns);
      Last last = latest.getOrDefault(key, byKey.get(key));
      boolean forgotten =
          last != null && last.deleted && last.at.plus(DELETES_REMEMBERED).isBefore(now);
      if (last == null || forgotten || !SequenceNumber.isOlder(change.sequence(), last.sequence)) {
        latest.put(key, new Last(change.sequence(), change.delete(), now));
        winners.add(change);
      }
    }
    effect.accept(winners);
    byKey.putAll(latest);
  }

  private static List<Object> key(Object[] row, int[] keyColumns) {
    Object[] key = new Object[keyColumns.length];
    for (int i = 0; i < key.length; i++) {
      Object value = row[keyColumns[i]];
      key[i] =
          value instanceof byte[] bytes
              ? ByteString.copyFrom(bytes)
              : value instanceof BigDecimal number ? number.stripTrailingZeros() : value;
    }
    return Arrays.asList(key);
  }
}
