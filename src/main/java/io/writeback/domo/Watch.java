package io.writeback.domo;

import java.util.Optional;

/**
 * Watches one DataSet on the fetch thread: asks what is new, fetches it, and hands it over. A
 * failure stays here; only refused credentials concern everybody and pass through. {@link #state}
 * and {@link #lagMs} may be read by others.
 */
interface Watch {
  String id();

  DatasetState state();

  /** Milliseconds since the newest version if it is not sent, otherwise 0. */
  double lagMs();

  /** Whether it reads in pages, which lie on the heap, and not whole, which lies on the disk. */
  boolean paging();

  /** Whether something of it is on its way. */
  boolean emitting();

  /** A time of the schedule has come, if there is a schedule. */
  default void run() {}

  /** When time alone calls for another look. */
  long nextAttemptMs();

  /**
   * Looks, and fetches if there is something new.
   *
   * @return what to emit, if there is something
   */
  Optional<? extends Work> look();

  /** The work is in Kafka. */
  void completed(Work work);

  /** The work ended before all of it was in Kafka, and would again. */
  void abandoned(Work work, String reason);

  /** The work ended before all of it was in Kafka; another attempt may go better. */
  default void withdrawn(Work work, String reason) {
    abandoned(work, reason);
  }
}
