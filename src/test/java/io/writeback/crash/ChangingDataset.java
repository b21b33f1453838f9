package io.writeback.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A DataSet whose rows change and come, read by its cursor and merged by key. */
final class ChangingDataset extends DomoDataset {
  private final long seed;
  private final int keys;
  private final Map<Long, GeneratedRow> rows = new LinkedHashMap<>();
  private long version;

  ChangingDataset(String name, long seed, int keys) {
    super(name, Mode.UPSERT);
    this.seed = seed;
    this.keys = keys;
  }

  @Override
  synchronized GeneratedRows first() {
    version = 1;
    for (long id = 0; id < keys / 2; id++) {
      rows.put(id, GeneratedRow.queried(seed, id, version));
    }
    return all();
  }

  @Override
  synchronized GeneratedRows next(SplittableRandom random) {
    version++;
    for (int change = 0; change < Math.max(2, keys / 30); change++) {
      long id = random.nextInt(keys);
      rows.put(id, GeneratedRow.queried(seed, id, version));
    }
    return all();
  }

  private GeneratedRows all() {
    return new GeneratedRows(new ArrayList<>(rows.values()), false);
  }

  @Override
  synchronized Map<String, List<GeneratedRow>> expected() {
    return Map.of("", List.copyOf(rows.values()));
  }

  /** No key twice: then there would be more rows than keys sooner or later. */
  @Override
  synchronized Optional<String> wrongWith(Map<Long, Figures> shown) {
    long most = rows.size();
    long there = shown.values().stream().mapToLong(Figures::rows).sum();
    boolean future = shown.keySet().stream().anyMatch(v -> v < 1 || v > version);
    return there > most || future
        ? Optional.of(there + " rows of versions " + shown.keySet() + ", of " + most + " keys")
        : Optional.empty();
  }
}
