package io.writeback.redshift;

import io.writeback.retry.FaultException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many slices the cluster has; asked for once, on a thread that may wait. */
final class Slices implements IntSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(Slices.class);

  /** Serverless has slices and does not say how many. */
  private static final int UNKNOWN = 8;

  private final Sessions sessions;
  private volatile int known;

  /**
   * Slices.
   *
   * @param configured 0 to ask the cluster
   */
  Slices(Sessions sessions, int configured) {
    this.sessions = sessions;
    this.known = configured;
  }

  @Override
  public int getAsInt() {
    return known == 0 ? UNKNOWN : known;
  }

  /** Asks, if nobody has. */
  void find() {
    if (known > 0) {
      return;
    }
    try {
      known =
          sessions.call(
              "count slices",
              session ->
                  Math.max(
                      1,
                      session
                          .query(
                              "SELECT COUNT(*) FROM stv_slices WHERE type = 'D'",
                              row -> row.getInt(1))
                          .get(0)));
    } catch (FaultException e) {
      known = UNKNOWN;
      LOG.debug("The cluster does not tell its slices, {} are assumed", UNKNOWN);
    }
  }
}
