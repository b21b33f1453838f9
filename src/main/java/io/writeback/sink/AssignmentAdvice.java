package io.writeback.sink;

import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices that one task has got all the work, which the default assignor does to small topics. */
final class AssignmentAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(AssignmentAdvice.class);

  private AssignmentAdvice() {}

  static void warnIfLopsided(SinkSettings settings, Collection<OwnedPartition> owned) {
    long firsts = owned.stream().filter(p -> p.partition.partition() == 0).count();
    boolean allFirsts = firsts == owned.size() && firsts == settings.topicNames().size();
    if (settings.tasks() > 1 && firsts > 1 && allFirsts) {
      LOG.warn(
          "This task holds all {} topics and the other {} tasks none. Set"
              + " consumer.override.partition.assignment.strategy="
              + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor.",
          firsts,
          settings.tasks() - 1);
    }
  }
}
