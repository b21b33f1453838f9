package io.writeback.crash;

import io.writeback.standin.domo.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A DataSet to which rows are appended, read by its cursor: each row once, sooner or later. */
final class GrowingDataset extends DomoDataset {
  private final long seed;
  private final int step;
  private final List<GeneratedRow> rows = new ArrayList<>();
  private final List<Figures> versions = new ArrayList<>();

  GrowingDataset(String name, long seed, int step) {
    super(name, Mode.APPEND);
    this.seed = seed;
    this.step = step;
  }

  private synchronized GeneratedRows grow(int count) {
    List<GeneratedRow> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(GeneratedRow.queried(seed, rows.size() + i, versions.size() + 1));
    }
    rows.addAll(made);
    GeneratedRows added = new GeneratedRows(made, false);
    versions.add(added.figures());
    return added;
  }

  @Override
  GeneratedRows first() {
    return grow(step);
  }

  @Override
  GeneratedRows next(SplittableRandom random) {
    return grow(1 + random.nextInt(2 * step));
  }

  @Override
  Action action() {
    return Action.APPEND;
  }

  @Override
  synchronized Map<String, List<GeneratedRow>> expected() {
    return Map.of("", List.copyOf(rows));
  }

  /** Rows come one by one, but never more than there are. */
  @Override
  synchronized Optional<String> wrongWith(Map<Long, Figures> shown) {
    for (Map.Entry<Long, Figures> one : shown.entrySet()) {
      long version = one.getKey();
      if (version < 1 || version > versions.size()) {
        return Optional.of("version " + version + " was never published");
      }
      long most = versions.get((int) version - 1).rows();
      if (one.getValue().rows() > most) {
        return Optional.of(one.getValue().rows() + " of the " + most + " rows of step " + version);
      }
    }
    return Optional.empty();
  }
}
