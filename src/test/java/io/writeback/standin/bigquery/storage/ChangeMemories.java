package io.writeback.standin.bigquery.storage;

import io.writeback.standin.bigquery.catalog.TableId;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** One memory of changes per table. */
final class ChangeMemories {
  private final InstantSource clock;
  private final ConcurrentMap<TableId, ChangeMemory> byTable = new ConcurrentHashMap<>();

  ChangeMemories(InstantSource clock) {
    this.clock = clock;
  }

  ChangeMemory of(TableId table) {
    return byTable.computeIfAbsent(table, t -> new ChangeMemory(clock));
  }
}
