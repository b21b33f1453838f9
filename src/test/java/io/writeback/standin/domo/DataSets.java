package io.writeback.standin.domo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The DataSets of the account, in the order of their creation. Safe for use by many threads. */
final class DataSets {
  private final VirtualClock clock;
  private final Map<String, DomoDataSet> all = new LinkedHashMap<>();
  private long nextStream = 1001;

  DataSets(VirtualClock clock) {
    this.clock = clock;
  }

  synchronized DomoDataSet create(DataSetSpec spec) {
    if (all.containsKey(spec.id())) {
      throw new IllegalArgumentException("DataSet " + spec.id() + " exists already");
    }
    DomoDataSet dataSet = new DomoDataSet(spec, nextStream++, clock);
    all.put(spec.id(), dataSet);
    return dataSet;
  }

  /** Also a deleted one. */
  synchronized Optional<DomoDataSet> find(String id) {
    return Optional.ofNullable(all.get(id));
  }

  /** One that exists for the API. */
  DomoDataSet get(String id) throws DomoError {
    return find(id)
        .filter(d -> !d.isDeleted())
        .orElseThrow(() -> DomoError.notFound("DataSet " + id));
  }

  synchronized Optional<DomoDataSet> ofStream(String streamId) {
    return all.values().stream()
        .filter(d -> d.streamBacked() && Long.toString(d.streamId()).equals(streamId))
        .findFirst();
  }

  synchronized List<DomoDataSet> existing() {
    List<DomoDataSet> existing = new ArrayList<>(all.values());
    existing.removeIf(DomoDataSet::isDeleted);
    return existing;
  }
}
