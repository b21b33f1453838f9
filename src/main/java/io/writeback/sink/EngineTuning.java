package io.writeback.sink;

import io.writeback.retry.Backoff;

/**
 * Times of the engine that no user needs to change.
 *
 * @param backoff between attempts after a fault
 * @param configurationGraceMs how long a fault that a user has to repair is retried before the task
 *     fails: grants and secrets need time to take effect
 * @param reclaimAfterMs how long a fenced partition may stay assigned before it is claimed again:
 *     the rebalance that explains it is usually under way, else an earlier owner was late
 * @param reclaimMemoryMs a partition that was claimed again so recently is not claimed a third time
 * @param fencedGraceMs how long a partition may stay fenced then before the task fails
 * @param busyPollMs how often {@code put} is asked for while work is under way
 * @param idlePollMs the same while there is none
 */
record EngineTuning(
    Backoff backoff,
    long configurationGraceMs,
    long reclaimAfterMs,
    long reclaimMemoryMs,
    long fencedGraceMs,
    long busyPollMs,
    long idlePollMs) {
  static EngineTuning standard() {
    return new EngineTuning(
        new Backoff(500, 60_000), 120_000, 20_000, 1_800_000, 120_000, 100, 10_000);
  }
}
