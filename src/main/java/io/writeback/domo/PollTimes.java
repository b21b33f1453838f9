package io.writeback.domo;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a task looks for new versions and for new DataSets: at intervals, or by a schedule.
 *
 * @param pollMs between two looks for versions
 * @param discoveryMs between two listings of everything
 * @param schedule the times of both, instead
 * @param zone of the schedule
 */
record PollTimes(long pollMs, long discoveryMs, Optional<CronExpression> schedule, ZoneId zone) {
  long nextPollMs(long now) {
    return schedule.map(cron -> next(cron, now)).orElse(now + pollMs);
  }

  long nextDiscoveryMs(long now) {
    return schedule.map(cron -> next(cron, now)).orElse(now + discoveryMs);
  }

  private long next(CronExpression cron, long now) {
    return cron.next(Instant.ofEpochMilli(now), zone).toEpochMilli();
  }
}
