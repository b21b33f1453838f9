package io.writeback.domo;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the DataSets that this task owns. Every task looks for itself, so that a new DataSet
 * restarts nobody.
 */
final class Discovery {
  /** A list that changes all the time is taken as all of its passes together. */
  private static final int MOST_PASSES = 4;

  private final DomoApi api;
  private final DatasetSelection selection;
  private final Map<String, Instant> updated = new HashMap<>();

  Discovery(DomoApi api, DatasetSelection selection) {
    this.api = api;
    this.selection = selection;
  }

  /** All owned DataSets. Lists everything if names decide, and asks nobody otherwise. */
  Set<String> all() {
    Set<String> owned = new LinkedHashSet<>();
    selection.named().keySet().stream().sorted().filter(selection::owns).forEach(owned::add);
    if (!selection.discovers()) {
      return owned;
    }
    for (int pass = 1; !listed(owned) && pass < MOST_PASSES; pass++) {
      // Once more from the start: what moved is where it is now.
    }
    return owned;
  }

  /**
   * Adds what one pass over the pages finds.
   *
   * @return whether each page began with the end of the one before it. If DataSets are deleted
   *     meanwhile, the ones behind them move up and can come between two pages.
   */
  private boolean listed(Set<String> owned) {
    boolean gapless = true;
    String last = null;
    for (int offset = 0; ; ) {
      List<DatasetInfo> page = api.list(DomoApi.Order.CREATED, offset);
      for (DatasetInfo info : page) {
        if (!info.deleted() && mine(info)) {
          owned.add(info.id());
        }
        updated.put(info.id(), info.updatedAt());
      }
      String end = last;
      gapless &= end == null || page.stream().anyMatch(info -> info.id().equals(end));
      if (page.size() < DomoApi.PAGE) {
        return gapless;
      }
      last = page.get(page.size() - 1).id();
      offset += page.size() - 1;
    }
  }

  /**
   * Owned DataSets that may have changed since the last call: those that were touched last, up to
   * the first one that is known to be so. Without discovery by name, all of them.
   */
  Set<String> changed() {
    if (!selection.discovers()) {
      return all();
    }
    Set<String> changed = new HashSet<>();
    for (int offset = 0; ; offset += DomoApi.PAGE) {
      List<DatasetInfo> page = api.list(DomoApi.Order.LAST_UPDATED, offset);
      boolean known = false;
      for (DatasetInfo info : page) {
        Instant before = updated.put(info.id(), info.updatedAt());
        if (before != null && before.equals(info.updatedAt())) {
          known = true;
        } else if (mine(info)) {
          changed.add(info.id());
        }
      }
      if (known || page.size() < DomoApi.PAGE) {
        return changed;
      }
    }
  }

  private boolean mine(DatasetInfo info) {
    return selection.owns(info.id()) && selection.selects(info.id(), info.name());
  }
}
