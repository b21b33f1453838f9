package io.writeback.domo;

import java.time.Instant;
import java.util.Objects;

/**
 * One state of a DataSet at Domo.
 *
 * @param token differs whenever the state does; opaque
 * @param time of the state by Domo's clock, or null
 */
record DatasetVersion(String token, Instant time) {
  DatasetVersion {
    Objects.requireNonNull(token);
  }
}
