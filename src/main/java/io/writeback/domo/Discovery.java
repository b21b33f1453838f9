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
    for (int offset = 0; ; ) {
      List<DatasetInfo> page = api.list(DomoApi.Order.CREATED, offset);
      for (DatasetInfo info : page) {
        if (!info.deleted() && mine(info)) {
          owned.add(info.id());
        }
        updated.put(info.id(), info.updatedAt());
      }
      if (page.size() < DomoApi.PAGE) {
        return owned;
      }
      // One DataSet of overlap: if one is deleted meanwhile, the rest moves up by one.
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
