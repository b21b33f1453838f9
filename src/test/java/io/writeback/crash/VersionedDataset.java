package io.writeback.crash;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A DataSet that is replaced whole. Its tables show the newest version, or each version added to
 * the ones before, or each in a table of its own. Some rows are there twice in every version.
 */
final class VersionedDataset extends DomoDataset {
  private static final int TWICE_EVERY = 20;

  private final long seed;
  private final int rows;
  private final List<GeneratedRows> versions = new ArrayList<>();

  VersionedDataset(String name, Mode mode, long seed, int rows) {
    super(name, mode);
    this.seed = seed;
    this.rows = rows;
    versions.add(version(1, rows, false));
  }

  private GeneratedRows version(long number, int count, boolean extra) {
    List<GeneratedRow> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean again = i % TWICE_EVERY == TWICE_EVERY - 1;
      made.add(again ? made.get(i - 1) : GeneratedRow.of(seed, i, number, extra));
    }
    return new GeneratedRows(made, extra);
  }

  @Override
  GeneratedRows first() {
    return versions.get(0);
  }

  /** Of half to one and a half times the rows; from some version on with a column more. */
  @Override
  synchronized GeneratedRows next(SplittableRandom random) {
    boolean extra = versions.get(versions.size() - 1).withExtra() || random.nextInt(6) == 0;
    GeneratedRows next = version(versions.size() + 1, rows / 2 + random.nextInt(rows), extra);
    versions.add(next);
    return next;
  }

  @Override
  boolean everyVersionCounts() {
    return mode() != Mode.OVERWRITE;
  }

  @Override
  synchronized Map<String, List<GeneratedRow>> expected() {
    Map<String, List<GeneratedRow>> tables = new LinkedHashMap<>();
    switch (mode()) {
      case OVERWRITE -> tables.put("", versions.get(versions.size() - 1).rows());
      case APPEND -> tables.put("", versions.stream().flatMap(v -> v.rows().stream()).toList());
      case CREATE -> {
        for (int i = 0; i < versions.size(); i++) {
          tables.put("_" + (i + 1), versions.get(i).rows());
        }
      }
      case UPSERT -> throw new IllegalStateException("versions are not merged");
    }
    return tables;
  }

  @Override
  synchronized Optional<String> wrongWith(Map<Long, Figures> shown) {
    if (mode() != Mode.APPEND && shown.size() != 1) {
      return Optional.of("rows of versions " + shown.keySet() + " at once");
    }
    for (Map.Entry<Long, Figures> one : shown.entrySet()) {
      long version = one.getKey();
      if (version < 1 || version > versions.size()) {
        return Optional.of("version " + version + " was never published");
      }
      Figures whole = versions.get((int) version - 1).figures();
      if (!whole.equals(one.getValue())) {
        return Optional.of(
            one.getValue().rows() + " rows of version " + version + ", which has " + whole.rows());
      }
    }
    return Optional.empty();
  }
}
