package io.writeback.standin.domo;

import java.util.Set;

/**
 * A row-level policy (personalized data permissions): the API client sees only rows whose column
 * has one of the values. Applied to exports and queries, not to the row count in metadata
 * (community thread 68447).
 */
public record PdpPolicy(String name, String column, Set<String> values) {
  public PdpPolicy {
    values = Set.copyOf(values);
  }
}
